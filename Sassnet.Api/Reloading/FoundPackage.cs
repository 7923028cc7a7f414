namespace Sassnet.Api.Reloading;

/// <summary>What was found in a folder.</summary>
/// <param name="Look">As it looked.</param>
/// <param name="Identifier">The model that is served of it, or last was; null where there is none.</param>
/// <param name="Problem">Why what lies there now is not served; null where it is.</param>
/// <param name="BytesNeeded">The memory that it waits for; null where that is not the reason.</param>
/// <param name="Twin">The folder that has the same model; null where that is not the reason.</param>
/// <param name="MayPass">Whether the reason may pass with nothing changed in the folder: it could not be read, or a device had no memory left.</param>
internal sealed record FoundPackage(string Look, string? Identifier, string? Problem = null, long? BytesNeeded = null, string? Twin = null, bool MayPass = false);
