using System.Globalization;
using System.Net;
using System.Text;
using Sassnet.Model.Wording;

namespace Sassnet.Training.Preparation;

/// <summary>One self-contained page with every case: three slices with each structure's contour, its figures and its use; faults in red, faulty cases first, then odd ones.</summary>
internal static class OverviewPage
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "overview.html";

    private const string Style =
        """
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #202124; background: #fff; }
        table { border-collapse: collapse; margin: 1rem 0 2rem; }
        th, td { text-align: right; padding: .25rem .9rem; border-bottom: 1px solid #dadce0; }
        th:first-child, td:first-child { text-align: left; }
        main { display: grid; grid-template-columns: repeat(auto-fill, minmax(640px, 1fr)); gap: 1.2rem; }
        article { border: 1px solid #dadce0; border-radius: 8px; padding: .8rem 1rem; }
        article.faulty { border: 2px solid #c5221f; background: #fdf1f0; }
        h2 { font-size: 1rem; margin: 0; }
        p { margin: .2rem 0 .5rem; color: #5f6368; }
        p.fault { color: #c5221f; font-weight: 600; }
        p.warning { color: #8a5300; }
        .slices { display: flex; gap: 6px; align-items: flex-start; }
        .legend span { margin-right: 1.2rem; }
        .legend i { display: inline-block; width: 1.4rem; height: 4px; margin-right: .4rem; vertical-align: middle; }
        .slices img { width: calc((100% - 12px) / 3); }
        """;

    private static readonly string[] Axes = ["right–left", "front–back", "head–feet"];

    /// <summary>The page's HTML.</summary>
    /// <param name="cases">Every case that was found.</param>
    /// <param name="structures">What they were looked at for; several are named with the colours of their contours.</param>
    /// <param name="notes">What was left alone in the raw folder, and which cases lack some of several structures.</param>
    /// <param name="statistics">Of the sound cases; null where there is none.</param>
    /// <param name="split">What the sound cases are used for; null where nothing was made.</param>
    /// <param name="folds">The folds, where there are any.</param>
    public static string Html(
        IReadOnlyCollection<InspectedCase> cases,
        IReadOnlyList<LabelledStructure> structures,
        IReadOnlyList<string> notes,
        DataStatistics? statistics,
        PatientSplit? split,
        IReadOnlyList<PatientSplit> folds)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Overview of {Counted.Of(cases.Count, "case")}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Counted.Of(cases.Count, "case")}, {cases.Count(inspected => !inspected.IsSound)} faulty</h1>\n");
        if (split is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{split.Labelled.Count} labelled, {split.Unlabelled.Count} unlabelled, {split.Validation.Count} for validation.</p>\n");
        }
        else
        {
            page.Append("<p class=\"fault\">No data folder was made.</p>\n");
        }

        foreach (var note in notes)
            page.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(note)}</p>\n");
        if (statistics is not null)
            AppendStatistics(page, statistics);
        if (structures.Count > 1)
            AppendLegend(page, structures);
        page.Append("<main>\n");
        foreach (var inspected in cases.OrderBy(inspected => inspected.IsSound).ThenByDescending(inspected => inspected.Warnings.Count > 0))
            AppendCase(page, inspected, (split?.UseOf(inspected.Name) ?? (inspected.IsLabelled ? "has a label" : "no label")) + Fold(inspected, folds));
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static string Fold(InspectedCase inspected, IReadOnlyList<PatientSplit> folds) =>
        folds.Index().Where(fold => fold.Item.Validation.Contains(inspected.Name)).Select(fold => $" · validation of fold {fold.Index}").FirstOrDefault("");

    private static void AppendStatistics(StringBuilder page, DataStatistics statistics)
    {
        page.Append("<table>\n<tr><th>sound scans</th><th>minimum</th><th>median</th><th>maximum</th></tr>\n");
        for (var axis = 0; axis < 3; axis++)
            AppendRow(page, $"voxel edge {Axes[axis]}, mm", statistics.SpacingMm[axis]);
        for (var axis = 0; axis < 3; axis++)
            AppendRow(page, $"field of view {Axes[axis]}, mm", statistics.ExtentMm[axis]);
        AppendRow(page, "mean intensity of a scan", statistics.Mean);
        AppendRow(page, "standard deviation of a scan", statistics.Deviation);
        page.Append("</table>\n");
    }

    private static void AppendRow(StringBuilder page, string name, Spread spread) => page.Append(
        CultureInfo.InvariantCulture, $"<tr><td>{name}</td><td>{spread.Minimum:G4}</td><td>{spread.Median:G4}</td><td>{spread.Maximum:G4}</td></tr>\n");

    private static void AppendLegend(StringBuilder page, IReadOnlyList<LabelledStructure> structures)
    {
        page.Append("<p class=\"legend\">\n");
        foreach (var label in LabelledStructure.AsLabels(structures))
            page.Append(CultureInfo.InvariantCulture, $"<span><i style=\"background: {label.Colour}\"></i>{WebUtility.HtmlEncode(label.Name)}</span>\n");
        page.Append("</p>\n");
    }

    private static void AppendCase(StringBuilder page, InspectedCase inspected, string use)
    {
        page.Append(CultureInfo.InvariantCulture, $"<article{(inspected.IsSound ? "" : " class=\"faulty\"")}>\n<h2>{WebUtility.HtmlEncode(inspected.Name)}</h2>\n<p>{use}{Figures(inspected)}</p>\n");
        foreach (var fault in inspected.Faults)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"fault\">{WebUtility.HtmlEncode(fault)}</p>\n");
        foreach (var warning in inspected.Warnings)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"warning\">{WebUtility.HtmlEncode(warning)}</p>\n");
        page.Append("<div class=\"slices\">\n");
        foreach (var slice in inspected.Slices)
            page.Append(CultureInfo.InvariantCulture, $"<img alt=\"\" src=\"data:image/png;base64,{Convert.ToBase64String(slice)}\">\n");
        page.Append("</div>\n</article>\n");
    }

    private static string Figures(InspectedCase inspected)
    {
        if (inspected.Scan is not { } scan)
            return "";
        var edges = scan.VoxelSize;
        var label = inspected.LabelMillilitres is { } millilitres
            ? $" · label {string.Join(" + ", millilitres.Select(volume => volume.ToString("F1", CultureInfo.InvariantCulture)))} mL"
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $" · {scan.Size} voxels of {edges.X:G4} × {edges.Y:G4} × {edges.Z:G4} mm · file {scan.Orientation} · intensity {scan.Minimum:G4} to {scan.Maximum:G4}, mean {scan.Mean:G4} ± {scan.Deviation:G4}{label}");
    }
}
