using Sassnet.Api.Problems;

namespace Sassnet.Api.Scheduling;

/// <summary>A device has stopped working on the very scan that is told so, which may be what stopped it; scans that only waited for the device are told of the plain problem.</summary>
internal sealed class DeviceStoppedException(string detail, TimeSpan retryAfter) : ProblemException(ProblemTypes.DeviceFailed, detail, retryAfter);
