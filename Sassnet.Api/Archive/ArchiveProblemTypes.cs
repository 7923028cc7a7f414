using Sassnet.Api.Problems;

namespace Sassnet.Api.Archive;

/// <summary>The problems that only jobs from an archive have. No address and no credential is in any of them.</summary>
internal static class ArchiveProblemTypes
{
    public static readonly ProblemType MalformedOrder = new("archive-order-malformed", 400, "The order to fetch from an archive is malformed",
        "'dicomWeb.study' is '1.2.x'; accepted: a StudyInstanceUID, at most 64 digits and dots.");

    public static readonly ProblemType UnknownArchive = new("unknown-archive", 404, "No such archive",
        "There is no archive 'pacs'; configured here: none. Whoever runs the service adds one in Sassnet:Archive:Servers.");

    public static readonly ProblemType Unavailable = new("archive-unavailable", 503, "The archive does not answer as it should now",
        "The archive 'pacs' cannot be reached (ConnectionError). Nothing is wrong with the job: send it again once the archive is back.");

    public static readonly ProblemType TooSlow = new("archive-too-slow", 504, "The archive is too slow",
        "The archive 'pacs' took longer than 600 s, the limit of this service for fetching or storing one series.");

    public static readonly ProblemType Denied = new("archive-denied", 502, "The archive lets the service not in",
        "The archive 'pacs' answered 401: it does not take the credentials that this service is configured with, or they may not do this.");

    public static readonly ProblemType NotThere = new("archive-not-found", 404, "The archive has not what was named",
        "The archive 'pacs' has no such study or series, or it is empty.");

    public static readonly ProblemType NoSeries = new("archive-no-series", 422, "No series of the study fits",
        "Of 3 series of the study none is one that left-atrium is for. Name the series, or change Sassnet:Archive:Series:left-atrium.");

    public static readonly ProblemType SeveralSeries = new("archive-several-series", 422, "Several series of the study fit",
        "2 series of the study are such as left-atrium is for: 1.2.3 (MR, 88 instances), 1.2.4 (MR, 44 instances). Name one, or make Sassnet:Archive:Series:left-atrium narrower.");

    public static readonly ProblemType BadAnswer = new("archive-bad-answer", 502, "The archive's answer makes no sense",
        "The archive 'pacs' answered with text/html where DICOMweb has multipart/related. Is the address configured that of its DICOMweb services?");

    public static readonly ProblemType StoreRefused = new("archive-store-refused", 502, "The archive does not store the results",
        "The archive 'pacs' stored 1 of 2 objects: reason 0x0122 (SOP class not supported). The job's results are kept nowhere else.");

    public static readonly ProblemType NothingToStore = new("archive-nothing-to-store", 422, "There is no DICOM result to store",
        "The series gives no DICOM results: StudyInstanceUID (0020,000D) is missing in file 1, and a result has to repeat it. Leave out 'store' to have the others.");

    /// <summary>What passes by itself: another attempt may find the archive well.</summary>
    public static IReadOnlyList<ProblemType> Passing { get; } = [Unavailable, TooSlow];

    /// <summary>What a job may fail by; by <see cref="Passing"/> only in its last attempt.</summary>
    public static IReadOnlyList<ProblemType> OfJobs { get; } =
        [.. Passing, Denied, NotThere, NoSeries, SeveralSeries, BadAnswer, StoreRefused, NothingToStore];
}
