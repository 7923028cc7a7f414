using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sassnet.Model.Files;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Segmentation;

/// <summary>What a case's result depends on, as the report has it: where all of it is as before, a result that is there is still right.</summary>
/// <param name="Input">The scan's file or folder in the input folder.</param>
/// <param name="InputBytes">How many bytes it has; empty, as the next, where one of its files could not be looked at, or there was none.</param>
/// <param name="InputModified">When the newest of its files was written, UTC; where there are links among them also when the newest link was made, as in <c>TIME linked TIME</c>.</param>
/// <param name="Model">The package, <c>name@version</c>.</param>
/// <param name="Weights">SHA-256 of the package's weights.</param>
/// <param name="Settings">SHA-256 of what the package's manifest says of how a scan is prepared, of the window, of the labels and of the range; empty in reports of earlier versions.</param>
/// <param name="Inference">
/// The mode that was asked for; of <c>auto</c> also what it chose by where that is not the default, and the Dice that the package was measured to have in each
/// mode, as in <c>auto (best) of whole 0.9, window 0.95</c>.
/// </param>
/// <param name="Threshold">The probability above which a voxel is taken.</param>
/// <param name="Components"><c>largest</c> or <c>all</c>.</param>
internal sealed record CaseIdentity(
    string Input, string InputBytes, string InputModified, string Model, string Weights, string Settings, string Inference, string Threshold, string Components)
{
    private bool IsKnown => InputBytes.Length > 0;

    /// <summary>Looks at a case's files, without reading them.</summary>
    public static CaseIdentity Of(string inputFolder, RawCase raw, ModelPackage package, SegmentationRequest request)
    {
        var (bytes, modified) = StampOf(raw);
        return new CaseIdentity(
            Path.GetRelativePath(inputFolder, raw.Image!),
            bytes,
            modified,
            package.Identifier,
            package.Manifest.Sha256,
            SettingsOf(package),
            InferenceOf(package, request),
            request.Threshold.ToString(CultureInfo.InvariantCulture),
            request.KeepLargest ? "largest" : "all");
    }

    /// <summary>The same with a case's files as they are now.</summary>
    public CaseIdentity AsNow(RawCase raw)
    {
        var (bytes, modified) = StampOf(raw);
        return this with { InputBytes = bytes, InputModified = modified };
    }

    /// <summary>Whether a case's files are as they were.</summary>
    public bool IsStill(RawCase raw) => IsKnown && StampOf(raw) == (InputBytes, InputModified);

    /// <summary>Whether a result of the one is right for the other; files that could not be looked at are not known to be any.</summary>
    public bool IsSameAs(CaseIdentity other) => IsKnown && this == other;

    /// <summary>Whether the files are known to be others than those of a former result. One that cannot be looked at now may well be what it was.</summary>
    public bool HasOtherFilesThan(CaseIdentity former) =>
        IsKnown && (Input, InputBytes, InputModified) != (former.Input, former.InputBytes, former.InputModified);

    private static (string Bytes, string Modified) StampOf(RawCase raw)
    {
        var path = raw.Image!;
        var stamps = (Directory.Exists(path) ? FolderListing.Files(path) : [path]).Select(file => Seen(file, path)).ToList();
        List<FileStamp> files = [.. stamps.OfType<FileStamp>()];
        if (files.Count == 0 || files.Count < stamps.Count)
            return ("", "");
        var modified = Text(files.Max(file => file.ModifiedUtc));

        // Which can be later than what they lead to, and earlier than what they led to: neither time stands for the other.
        var linked = files.Max(file => file.LinkedUtc);
        return (files.Sum(file => file.Bytes).ToString(CultureInfo.InvariantCulture), linked is { } made ? $"{modified} linked {Text(made)}" : modified);
    }

    // What is wrong with a file that cannot be looked at is told when it is read. Beside the files of a series it is nothing where its name says that it is no scan:
    // it is never read.
    private static FileStamp? Seen(string file, string image)
    {
        try
        {
            return FileStamp.Of(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return file != image && FolderListing.KindOf(file) == RawFileKind.NoScan ? default(FileStamp) : null;
        }
    }

    private static string Text(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    // All of it can change while name, version and weights stay: a checkpoint that is imported once more with the right orientation.
    private static string SettingsOf(ModelPackage package)
    {
        var manifest = JsonNode.Parse(package.ManifestText)!.AsObject();
        foreach (var about in (string[])["card", "training", "metrics"])
            manifest.Remove(about);

        // What was measured counts by itself, where the mode is chosen by it.
        manifest["inference"]!.AsObject().Remove("validationDice");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest.ToJsonString())));
    }

    private static string InferenceOf(ModelPackage package, SegmentationRequest request)
    {
        var asked = request.Quality == InferenceQuality.Balanced ? request.Mode.Word() : $"{request.Mode.Word()} ({request.Quality.Word()})";
        var measured = package.Manifest.Inference.ValidationDice.OrderBy(mode => mode.Key, StringComparer.Ordinal).Select(mode => string.Create(CultureInfo.InvariantCulture, $"{mode.Key} {mode.Value}"));
        return request.Mode == InferenceMode.Auto && package.Manifest.Inference.ValidationDice.Count > 0 ? $"{asked} of {string.Join(", ", measured)}" : asked;
    }
}
