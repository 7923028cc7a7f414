namespace Sassnet.Model.Dicom.Decoders;

/// <summary>How a confined process ended.</summary>
/// <param name="IsSuccess">Whether its exit code was 0.</param>
/// <param name="Complained">Whether it printed what was looked for.</param>
internal readonly record struct ProcessOutcome(bool IsSuccess, bool Complained);
