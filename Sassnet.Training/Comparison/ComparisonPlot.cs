using Sassnet.Model.Metrics;
using Sassnet.Model.Wording;
using Sassnet.Training.Statistics;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Sassnet.Training.Comparison;

/// <summary>Dice of every case by run: boxes of quartiles with the cases as points, the same case joined across runs, and the mean with its interval.</summary>
public static class ComparisonPlot
{
    private const int Height = 560;
    private const int WidthOfRun = 150;
    private const int WidthOfAxis = 140;
    private const int LongestName = 20;
    private const double BoxWidth = 0.5;

    // Beside the box, where no case's point hides it.
    private const double MeanShift = 0.36;

    private static readonly Color Ink = Color.FromHex("#222222");
    private static readonly Color Joining = Color.FromHex("#9aa0a6");

    // Okabe and Ito, 2008; told apart by the colour-blind.
    private static readonly Color[] Colours = [.. new[] { "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00" }.Select(Color.FromHex)];

    static ComparisonPlot() => PlotFont.Use();

    /// <summary>Draws the plot.</summary>
    /// <param name="runs">Runs on the same cases, at least one.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Png(IReadOnlyList<EvaluatedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        using var plot = new Plot();
        for (var i = 0; i < runs[0].Scores.Count; i++)
            JoinCase(plot, [.. runs.Select(run => run.Dice[i])]);
        for (var position = 0; position < runs.Count; position++)
            DrawRun(plot, position, runs[position].Dice, Colours[position % Colours.Length]);

        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, runs.Count).Select(i => (double)i)], [.. runs.Select(run => Shortened(run.Name))]);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 14;
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickGenerator = new NumericAutomatic { TargetTickCount = 8 };
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.YLabel("Dice", 15);
        plot.Title($"{Counted.Of(runs[0].Scores.Count, "case")}; box: quartiles, diamond: mean and 95 % interval", 14);
        var (lowest, highest) = (runs.Min(run => run.Dice.Min()), runs.Max(run => run.Dice.Max()));
        var margin = Math.Max(0.01, 0.08 * (highest - lowest));
        plot.Axes.SetLimits(-0.6, runs.Count - 0.4, lowest - margin, highest + margin);
        return plot.GetImageBytes(WidthOfAxis + (WidthOfRun * Math.Max(3, runs.Count)), Height, ImageFormat.Png);
    }

    private static void JoinCase(Plot plot, double[] dice)
    {
        var line = plot.Add.ScatterLine([.. Enumerable.Range(0, dice.Length).Select(i => (double)i)], dice, Joining.WithAlpha(0.55));
        line.LineWidth = 1;
    }

    private static void DrawRun(Plot plot, int position, double[] dice, Color colour)
    {
        var box = new Box
        {
            Position = position,
            Width = BoxWidth,
            BoxMin = Percentile.Of([.. dice], 25),
            BoxMiddle = Percentile.Of([.. dice], 50),
            BoxMax = Percentile.Of([.. dice], 75),
            WhiskerMin = dice.Min(),
            WhiskerMax = dice.Max(),
        };
        plot.Add.Box(box);

        // Adding a box gives it a colour of the plot's own palette.
        box.FillStyle.Color = colour.WithAlpha(0.25);
        box.LineStyle.Color = colour.Darken(0.2);
        box.LineStyle.Width = 1.5f;
        plot.Add.Markers([.. dice.Select(_ => (double)position)], dice, MarkerShape.FilledCircle, 7, colour.WithAlpha(0.85));
        if (Bootstrap.OfMean(dice) is { } interval)
        {
            var bar = plot.Add.Line(position + MeanShift, interval.Low, position + MeanShift, interval.High);
            bar.LineColor = Ink;
            bar.LineWidth = 2;
        }

        plot.Add.Marker(position + MeanShift, dice.Average(), MarkerShape.FilledDiamond, 11, Ink);
    }

    private static string Shortened(string name) => name.Length <= LongestName ? name : "…" + name[^(LongestName - 1)..];
}
