using System.Text.Json;
using System.Text.Json.Serialization;
using Sassnet.Model.Files;

namespace Sassnet.Model.Packages;

/// <summary>
/// What <c>evaluation.json</c> says: how well a package did on labelled scans, each at its own grid, with the largest component kept, or as many as a label keeps. It lies beside a
/// published package. It names no case.
/// </summary>
public sealed record PackageEvaluation
{
    /// <summary>The file's name.</summary>
    public const string FileName = "evaluation.json";

    /// <summary>The package that was measured, as <c>name@version</c>.</summary>
    public required string Package { get; init; }

    /// <summary>The SHA-256 of its weights, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Which scans: the list that names them.</summary>
    public required string Set { get; init; }

    /// <summary>How many scans.</summary>
    public required int Cases { get; init; }

    /// <summary>In how many nothing was found: their Dice is 0, and they have no distance.</summary>
    public required int Empty { get; init; }

    /// <summary>
    /// How the network was led over a scan: <c>window</c>, <c>whole</c> or <c>whole-flips</c>. In the last two a scan too large for the machine's memory is taken in
    /// tiles, or with a window where that is less work or no tile fits.
    /// </summary>
    public required string Inference { get; init; }

    /// <summary>In how many of the scans it was led otherwise; absent where in none, and in files of earlier versions.</summary>
    public int? LedOtherwise { get; init; }

    /// <summary>The Dice coefficient, 0 to 1; the worst is the least.</summary>
    public required ScoreStatistics Dice { get; init; }

    /// <summary>The Jaccard index, 0 to 1; the worst is the least.</summary>
    public required ScoreStatistics Jaccard { get; init; }

    /// <summary>The 95 % Hausdorff distance in voxels of the scan; the worst is the greatest. Absent where nothing was found in any scan.</summary>
    public ScoreStatistics? Hd95 { get; init; }

    /// <summary>The average surface distance in voxels of the scan, likewise.</summary>
    public ScoreStatistics? Asd { get; init; }

    /// <summary>The first distance in millimetres; absent also where no scan's voxel size is known.</summary>
    public ScoreStatistics? Hd95Mm { get; init; }

    /// <summary>The second distance in millimetres, likewise.</summary>
    public ScoreStatistics? AsdMm { get; init; }

    /// <summary>The label that the figures above are of; absent where there are several, and in files of earlier versions.</summary>
    public MeasuredLabel? Label { get; init; }

    /// <summary>
    /// Of several labels the figures of each that a scan has, in the package's order: those above are over the means of what each scan has of them. Absent where
    /// there is one.
    /// </summary>
    public IReadOnlyList<LabelEvaluation>? Labels { get; init; }

    /// <summary>The commit of the code that measured.</summary>
    public required string Commit { get; init; }

    /// <summary>The SHA-256 of the <c>config.yaml</c> of the run that made the package; absent where it was not published from a run.</summary>
    public string? Configuration { get; init; }

    /// <summary>The file, to the byte.</summary>
    [JsonIgnore]
    public string Text => JsonSerializer.Serialize(this, EvaluationJson.Default.PackageEvaluation) + "\n";

    /// <summary>Reads an evaluation.</summary>
    /// <param name="folder">The folder with <see cref="FileName"/>.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="InvalidPackageException">Not an evaluation: names the member, the value seen and what is accepted.</exception>
    public static PackageEvaluation? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            using var file = File.OpenRead(path);
            var evaluation = JsonSerializer.Deserialize(file, EvaluationJson.Default.PackageEvaluation)
                ?? throw new InvalidPackageException($"{FileName} is null; a JSON object is accepted.");
            EvaluationRules.Check(evaluation);
            return evaluation;
        }
        catch (JsonException failure)
        {
            throw new InvalidPackageException($"{FileName} is not an evaluation: {failure.Message}", failure);
        }
    }

    /// <summary>Writes the evaluation into a folder that exists.</summary>
    /// <exception cref="InvalidPackageException">A figure cannot be.</exception>
    public void Write(string folder)
    {
        EvaluationRules.Check(this);
        AtomicFile.WriteText(Path.Combine(folder, FileName), Text);
    }

    /// <summary>Whether it is this package that was measured.</summary>
    public bool IsOf(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return Package == package.Identifier && Sha256 == package.Manifest.Sha256;
    }

    /// <summary>Whether it has the figures of each of the package's several labels: earlier versions did not write them, and one that no scan has is not measured; true where there is one.</summary>
    public bool IsOfEachLabel(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var labels = package.Manifest.Labels;
        return labels.Count == 1 || (Labels is { } measured && labels.All(label => measured.Any(one => one.Value == label.Value)));
    }

    /// <summary>Throws where another package was measured.</summary>
    /// <exception cref="InvalidPackageException">Names both.</exception>
    public void RequireOf(ModelPackage package)
    {
        if (!IsOf(package))
            throw new InvalidPackageException($"{FileName} is of {Package} with the weights {Sha256}; the package is {package.Identifier} with {package.Manifest.Sha256}.");
    }
}

/// <summary>A score over scans.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">The lower end of the mean's 95 % bootstrap interval over scans; absent for fewer than two scans.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Worst">The worst scan's.</param>
public sealed record ScoreStatistics([property: JsonRequired] double Mean, double? Low, double? High, [property: JsonRequired] double Worst);

/// <summary>The JSON form of an evaluation: camelCase, no unknown or missing members.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PackageEvaluation))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
