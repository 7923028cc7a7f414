namespace Sassnet.Model.Dicom.Decoders;

/// <summary>What a confined process may use.</summary>
/// <param name="AddressSpaceBytes">Memory it may map.</param>
/// <param name="FileBytes">The largest file it may write.</param>
/// <param name="TimeLimit">How long it may take, on the clock and on the processor.</param>
internal sealed record ProcessBounds(long AddressSpaceBytes, long FileBytes, TimeSpan TimeLimit);
