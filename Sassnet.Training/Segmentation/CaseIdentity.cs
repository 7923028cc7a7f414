using System.Globalization;
using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Segmentation;

/// <summary>What a case's result depends on, as the report has it: where all of it is as before, a result that is there is still right.</summary>
/// <param name="Input">The scan's file or folder in the input folder.</param>
/// <param name="InputBytes">How many bytes it has.</param>
/// <param name="InputModified">When the newest of its files was written, UTC.</param>
/// <param name="Model">The package, <c>name@version</c>.</param>
/// <param name="Weights">SHA-256 of the package's weights.</param>
/// <param name="Inference">The mode that was asked for, and what <c>auto</c> chose by where that is not the default, as in <c>auto (best)</c>.</param>
/// <param name="Threshold">The probability above which a voxel is taken.</param>
/// <param name="Components"><c>largest</c> or <c>all</c>.</param>
internal sealed record CaseIdentity(
    string Input, string InputBytes, string InputModified, string Model, string Weights, string Inference, string Threshold, string Components)
{
    /// <summary>Looks at a case's files, without reading them.</summary>
    public static CaseIdentity Of(string inputFolder, RawCase raw, ModelPackage package, SegmentationRequest request)
    {
        var path = raw.Image!;
        var files = (Directory.Exists(path) ? FolderListing.Files(path) : [path]).Select(file => new FileInfo(file)).ToList();
        return new CaseIdentity(
            Path.GetRelativePath(inputFolder, path),
            files.Sum(file => file.Exists ? file.Length : 0).ToString(CultureInfo.InvariantCulture),
            files.Max(file => file.LastWriteTimeUtc).ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture),
            package.Identifier,
            package.Manifest.Sha256,
            request.Quality == InferenceQuality.Balanced ? request.Mode.Word() : $"{request.Mode.Word()} ({request.Quality.Word()})",
            request.Threshold.ToString(CultureInfo.InvariantCulture),
            request.KeepLargest ? "largest" : "all");
    }
}
