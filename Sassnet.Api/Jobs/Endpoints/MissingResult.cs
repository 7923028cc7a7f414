using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Problems;
using Sassnet.Api.Segmentation;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>Tells who asks for a result that a job has not what it has, and how to get the other, where that is possible.</summary>
internal static class MissingResult
{
    /// <summary>The problem.</summary>
    /// <param name="job">The job, which has ended.</param>
    /// <param name="asked">What stands in the place of the output.</param>
    /// <param name="results">What the job has.</param>
    public static ProblemException Of(JobRecord job, string asked, IEnumerable<StoredResult> results) => new(JobProblemTypes.UnknownResult, job.State == JobState.Succeeded
        ? $"The job has no result '{asked}'; it has: {string.Join(", ", results.Select(result => result.Output))}. {Advice(job, asked)}"
        : $"The job has {job.State.ToString().ToLowerInvariant()} and has no results. GET /jobs/{job.Id} says more.");

    private static string Advice(JobRecord job, string asked)
    {
        var isOfAll = job.Output == SegmentOutput.Archive.Name;
        return SegmentOutput.All.FirstOrDefault(output => output.Name == asked) switch
        {
            null => $"The names of outputs are: {SegmentParameter.Output.Accepted}.",
            { } output when output == SegmentOutput.Archive => "A job keeps each output by itself and has no zip of them. "
                + (isOfAll ? "Fetch them one by one, or send the scan to POST /segment?output=all for a zip." : "For all of them, ask for output=all in a job of its own."),

            // Whether the scan was DICOM is not known any more: it went when the job ended.
            { IsDicom: true } when isOfAll => "DICOM results need a DICOM scan; where it was one, the job's warnings say why this one could not be made.",
            { IsDicom: true } => "DICOM results need a DICOM scan: ask for it in a job of one, or for 'all'.",
            _ => "Ask for it in a job of its own, or for 'all'.",
        };
    }
}
