using System.Globalization;
using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Segmentation;

/// <summary>
/// Segments a folder of scans, one after the other in the network. While one is there, the next is read and prepared and the one before is brought back and written:
/// three scans are in memory at most.
/// </summary>
/// <param name="package">The package.</param>
/// <param name="request">What to make of each scan.</param>
/// <param name="outputs">What to write of each.</param>
/// <param name="console">Gets a line per case, and a last one.</param>
internal sealed class FolderSegmentation(ModelPackage package, SegmentationRequest request, IReadOnlyList<CaseOutput> outputs, TextWriter console)
{
    private int _ended;
    private int _toDo;

    /// <summary>The cases of a folder: NIfTI files, and folders with a DICOM series or a NIfTI file.</summary>
    /// <exception cref="InvalidConfigurationException">There is no such folder, or no scan in it.</exception>
    public static FolderListing Find(string input)
    {
        if (!Directory.Exists(input))
            throw new InvalidConfigurationException($"There is no input folder '{input}' (from {Environment.CurrentDirectory}).");
        var listing = new FolderListing(suffixes: []).Add(input);
        if (listing.Cases.TryGetValue(SegmentReport.FileName, out var named))
            listing.Cases[named.Name] = named with { Fault = $"The case is called {named.Name}, and so is the report, which would lie in its place; accepted: any other name. Rename it." };
        return listing.Cases.Count > 0
            ? listing
            : throw new InvalidConfigurationException($"There is no scan in '{input}'; accepted: NIfTI files (.nii, .nii.gz), and a folder for each DICOM series.");
    }

    /// <summary>Segments the cases that are not done already.</summary>
    /// <param name="input">The input folder, whose cases <paramref name="cases"/> are.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="load">Loads the package's network; asked only where there is something to do.</param>
    /// <param name="cancellation">Stops before the next case, or in the network between windows; what is written is whole.</param>
    /// <returns>How many cases have no result, or not all of it that was asked for.</returns>
    /// <exception cref="InvalidConfigurationException">Of a case that is to be done, files lie in the output folder that were not made there; nothing is written then.</exception>
    /// <exception cref="IOException">The output folder cannot be written to.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<int> Run(string input, IReadOnlyCollection<RawCase> cases, OutputFolder output, Func<LoadedModel> load, CancellationToken cancellation)
    {
        var identified = cases.Select(raw => (Case: raw, Identity: CaseIdentity.Of(input, raw, package, request))).ToList();
        var isDone = identified.ToLookup(one => output.IsWhole(one.Case.Name, one.Identity));
        var work = isDone[false].ToList();
        output.RequireOwn([.. work.Select(one => one.Case.Name)]);
        if (work.Count < cases.Count)
            console.WriteLine($"{Of(cases.Count - work.Count, cases.Count)} done already");
        foreach (var (done, _) in isDone[true])
            output.Settle(done.Name);
        _toDo = work.Count;
        if (work.Count > 0)
            await Lead(work.Count, number => Read(work[number].Case, work[number].Identity, cancellation), output, load, cancellation);
        var failed = cases.Where(raw => output.Report.Find(raw.Name) is not { Found: not null, Error: "" }).Select(raw => raw.Name).ToList();
        var failures = failed.Count == 0 ? "" : $", {failed.Count} failed: {RawFile.Listed(failed)}; see {SegmentReport.FileName}";
        console.WriteLine($"{Of(cases.Count - failed.Count, cases.Count)} segmented{failures}");
        return failed.Count;
    }

    private static string Of(int some, int all) => $"{some} of {Counted.Of(all, "case")} {(some == 1 || all == 1 ? "is" : "are")}";

    // What is kept of a scan goes with its work, so no list holds the work of all.
    private CaseWork Read(RawCase raw, CaseIdentity identity, CancellationToken cancellation) =>
        new CaseWork(raw, identity, package.Manifest, request, outputs).Read(cancellation);

    private async Task Lead(int cases, Func<int, CaseWork> read, OutputFolder output, Func<LoadedModel> load, CancellationToken cancellation)
    {
        using var network = load();
        var next = Task.Run(() => read(0), cancellation);
        var finishing = Task.CompletedTask;
        try
        {
            for (var i = 0; i < cases; i++)
            {
                var current = await next;
                cancellation.ThrowIfCancellationRequested();
                if (i + 1 < cases)
                {
                    var following = i + 1;
                    next = Task.Run(() => read(following), cancellation);
                }

                current.Infer(network, cancellation);
                await finishing;
                finishing = Task.Run(() => Finish(current, output), CancellationToken.None);
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await finishing;
        }
    }

    private void Finish(CaseWork work, OutputFolder output)
    {
        var row = work.Finish(output);
        output.Record(row);
        _ended++;
        console.WriteLine(row is not { Found: { } found, Error: "" }
            ? $"{_ended}/{_toDo}  {row.Case}  failed: {row.Error}"
            : string.Create(CultureInfo.InvariantCulture, $"{_ended}/{_toDo}  {row.Case}  {found.VolumeMl:F1} ml  {found.Seconds:F1} s{(found.Warnings.Length > 0 ? $"  {found.Warnings}" : "")}"));
    }
}
