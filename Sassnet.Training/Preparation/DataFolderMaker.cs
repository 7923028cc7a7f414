using Sassnet.Model.Files;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>Makes the overview, the data folder and the configuration of cases that were inspected.</summary>
/// <param name="options">What to make, the structures settled.</param>
/// <param name="raw">Where the cases are from.</param>
/// <param name="package">What to begin training with; null for random weights.</param>
/// <param name="console">Gets a line per fault and the figures.</param>
/// <param name="cancellationToken">Stops between cases.</param>
internal sealed class DataFolderMaker(PreparationOptions options, RawData raw, ModelPackage? package, TextWriter console, CancellationToken cancellationToken)
{
    private readonly HashSet<string> _said = [];

    /// <summary>Makes them; the overview alone where cases are faulty that are not to be left out, or where the machine fails at a training step.</summary>
    /// <param name="cases">Every case, in the order of their names.</param>
    /// <exception cref="InvalidConfigurationException">A case is faulty and faulty ones are not to be left out, or the sound ones cannot be trained on.</exception>
    public void Make(IReadOnlyList<InspectedCase> cases)
    {
        // Only the grid that suits the cases shows which labels lose a structure on it; to the cases without these another one may be suited.
        while (MakeUnlessLost(cases) is { Count: > 0 } lost)
            cases = [.. cases.Select(inspected => lost.TryGetValue(inspected.Name, out var fault) ? inspected with { Faults = [fault] } : inspected)];
    }

    // Gives what is lost on the grid, as KeptStructures does; where anything is, nothing was made.
    private IReadOnlyDictionary<string, string> MakeUnlessLost(IReadOnlyList<InspectedCase> cases)
    {
        var findings = CaseFindings.Of(cases, options);
        Say(findings.Lines);
        if (findings.Sound.Count < cases.Count && !options.SkipFaulty)
        {
            WriteOverviewAlone(findings);
            throw new InvalidConfigurationException(findings.Refusal);
        }

        var use = CaseUse.Of(findings, options);
        var kept = new KeptStructures(findings.Sound, use.Options, cancellationToken);
        var fit = Fit(findings, use, kept);
        var lost = kept.Faults(fit.Plan);
        if (lost.Count == 0)
        {
            var seldom = SeldomMet.Of(findings.Sound, [.. options.Structures.Select(one => one.Name)], fit.Plan);
            Write(findings, use, fit, seldom);
            PreparationReport.Write(console, findings.Sound, use, fit, seldom, package);
        }

        return lost;
    }

    // What was said of the cases is not said again of what is left of them.
    private void Say(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(_said.Add))
            console.WriteLine(line);
    }

    private MachineFit Fit(CaseFindings findings, CaseUse use, KeptStructures kept)
    {
        try
        {
            return MachineFit.Of(
                use.Statistics, StarterConfiguration.Method(use.Split), options.Structures.Count, package, options.TimeTraining, plan => kept.Faults(plan).Count == 0);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What was found in the scans took long to find, and holds whatever the machine cannot do.
            WriteOverviewAlone(findings);
            throw;
        }
    }

    private void Write(CaseFindings findings, CaseUse use, MachineFit fit, SeldomMet? seldom)
    {
        Directory.CreateDirectory(options.Output);
        try
        {
            PreparedFolder.Write(options.Output, findings.Sound, use.Split, use.Folds, cancellationToken);
            WriteOverview(findings, use.Split, use.Folds);
            var text = StarterConfiguration.Text(use.Options, use.Split, fit, use.Statistics, seldom, ComponentsOf(findings.Sound));
            AtomicFile.WriteText(Path.Combine(options.Output, StarterConfiguration.FileName), text);
        }
        catch
        {
            PreparedFolder.Discard(options.Output);
            throw;
        }
    }

    private void WriteOverviewAlone(CaseFindings findings)
    {
        Directory.CreateDirectory(options.Output);
        WriteOverview(findings, split: null, folds: []);
    }

    private void WriteOverview(CaseFindings findings, PatientSplit? split, IReadOnlyList<PatientSplit> folds) => AtomicFile.WriteText(
        Path.Combine(options.Output, OverviewPage.FileName),
        OverviewPage.Html(findings.Cases, options.Structures, [.. raw.Notes, .. findings.Missing], findings.Statistics, split, folds));

    // Every structure is in a label (LearnableStructures).
    private IReadOnlyList<int> ComponentsOf(IReadOnlyList<InspectedCase> cases) =>
        [.. Enumerable.Range(0, options.Structures.Count).Select(index => StructureComponents.Usual(cases.Where(one => one.IsLabelled && one.Components[index] > 0).Select(one => one.Components[index])))];
}
