namespace Sassnet.Api.Problems;

/// <summary>Every problem that is found outside the volume itself; those of the volume are in <see cref="VolumeProblemTypes"/>.</summary>
internal static class ProblemTypes
{
    public static readonly ProblemType BadRequest = new("bad-request", 400, "The request breaks the rules of HTTP",
        "The request is not sound HTTP. Send it again with an HTTP client.");

    public static readonly ProblemType UnknownHost = new("unknown-host", 400, "The service does not go by this name",
        "The request is for 'scans.example.org', and this service does not go by that name. Use one of: localhost, or its IP address; whoever runs it can add names to Sassnet:Server:Hosts.");

    public static readonly ProblemType InvalidParameter = new("invalid-parameter", 400, "A query parameter is wrong",
        "'threshold' is '1.5'; accepted: a number above 0 and below 1, such as 0.5.");

    public static readonly ProblemType EmptyUpload = new("empty-upload", 400, "The upload is empty",
        "The upload holds no bytes. Send the volume's bytes as the body, or as a part named 'volume' of multipart/form-data.");

    public static readonly ProblemType MalformedMultipart = new("malformed-multipart", 400, "The multipart body is broken",
        "The multipart/form-data body ends before its closing boundary. Send it again, or send the file's bytes as the whole body.");

    public static readonly ProblemType VolumePartMissing = new("volume-part-missing", 400, "No part is named 'volume'",
        "The multipart/form-data body has no part named 'volume'. Send the file as: curl -F volume=@scan.nii.gz");

    public static readonly ProblemType UnexpectedPart = new("unexpected-part", 400, "A part has another name than 'volume'",
        "Part 2 of the multipart/form-data body is not named 'volume'. Only the file goes into the body; options go into the query.");

    public static readonly ProblemType SeveralVolumes = new("several-volumes", 400, "More than one volume was sent",
        "The body holds more than one part named 'volume', and they are not the DICOM files of a series. A NIfTI volume or a zip is one file; send one request for each.");

    public static readonly ProblemType Unauthenticated = new("unauthenticated", 401, "The caller has not shown who he is",
        "This needs an API key or a token. Send it as 'Authorization: Bearer sassnet_…'; whoever runs the service makes keys with 'keys create'.");

    public static readonly ProblemType Forbidden = new("forbidden", 403, "The caller may not do this",
        "This needs the scope 'segment'; the key or token sent has metrics. Use one that has it.");

    public static readonly ProblemType CrossSite = new("cross-site", 403, "A page of another site sent this",
        "A page that is not this service's own sent this (Sec-Fetch-Site is not 'same-origin'), and the service is open: it takes from browsers what its own page sends. "
        + "Use the page at '/' or another client, or have whoever runs the service make a key.");

    public static readonly ProblemType NotFound = new("not-found", 404, "There is nothing at this address",
        "There is nothing at this address. GET /swagger shows what there is.");

    public static readonly ProblemType UnknownModel = new("unknown-model", 404, "No such model",
        "There is no model 'right-atrium'; served here: left-atrium@1.0.0, phantom@1.0.0. GET /models describes them.");

    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", 405, "The address does not take this method",
        "This address does not take this method; the Allow header lists what it takes. GET /swagger shows how to use it.");

    public static readonly ProblemType NotAcceptable = new("not-acceptable", 406, "The answer has none of the types accepted",
        "'Accept' is 'text/html'; output=segmentation is application/gzip. Accept that type or */*, or ask for another output.");

    public static readonly ProblemType SlowUpload = new("slow-upload", 408, "The upload came in too slowly",
        "The body came in too slowly and the server gave up. Send it again over a faster connection, or compressed.");

    public static readonly ProblemType PreconditionFailed = new("precondition-failed", 412, "What is there is not what was named",
        "'If-Match' or 'If-Unmodified-Since' names another version than the one that is there, whose ETag is in this answer. Ask without that header to get this one.");

    public static readonly ProblemType UploadTooLarge = new("upload-too-large", 413, "The upload is too large",
        "The upload is larger than 1073741824 bytes, the limit of this service. Compress it (.nii.gz), or crop the volume.");

    public static readonly ProblemType TooManyFiles = new("too-many-files", 413, "The upload has too many files",
        "The body has more than 10000 parts, the limit of this service. Send one series.");

    public static readonly ProblemType EstimatedTime = new("estimated-time", 413, "Segmenting the volume would take too long",
        "The volume has 400x400x400 voxels at the model's voxel size; leading the network over them window by window would take about 310 s, and this service allows 180 s. "
        + "Crop the volume, send it at a coarser voxel size, or ask for inference=whole (about 39 s).");

    public static readonly ProblemType ContentEncoding = new("content-encoding", 415, "The body's content coding is not taken",
        "'Content-Encoding' is 'gzip'; none is accepted. Send the body as it is, a .nii.gz file too, without that header.");

    public static readonly ProblemType RangeNotSatisfiable = new("range-not-satisfiable", 416, "The file has no such part",
        "'Range' asks for none of the bytes that there are; 'Content-Range' says how many those are. Ask for some of them, or without 'Range' for all.");

    public static readonly ProblemType CallerLimit = new("too-many-requests", 429, "The caller asks for more than is allowed",
        "This caller has sent 60 requests in a minute, the most allowed. Try again in about 2 s.");

    public static readonly ProblemType Internal = new("internal", 500, "The service failed",
        "The service failed on this request and wrote down why under the request id given here. Trying again may help; if not, report the id.");

    public static readonly ProblemType NotReady = new("not-ready", 503, "The service is still starting",
        "The default model left-atrium@1.0.0 is still loading. Try again in a moment.");

    public static readonly ProblemType ModelUnavailable = new("model-unavailable", 503, "The model could not be loaded",
        "The model left-atrium@1.0.0 could not be loaded: the service's log says why. Choose another one of GET /models.");

    public static readonly ProblemType DeviceFailed = new("device-failed", 503, "A device has stopped working",
        "The device cuda:0 has stopped working: CUDA error: an illegal memory access was encountered. Restart the service.");

    public static readonly ProblemType IssuerUnavailable = new("issuer-unavailable", 503, "The issuer of tokens does not answer",
        "The token cannot be checked, since the issuer's keys could not be fetched; the service's log says why. Nothing is wrong with the request: try again in a while, or use an API key.");

    public static readonly ProblemType QueueFull = new("queue-full", 503, "Too many requests are waiting",
        "64 requests are already waiting, the most this service takes. Try again in about 12 s.");

    public static readonly ProblemType TooManyUploads = new("too-many-uploads", 503, "Too many uploads at once",
        "16 uploads are being received already, the most this service takes at once. Try again in about 8 s.");

    public static readonly ProblemType StorageFull = new("storage-full", 503, "There is no room on the service's disk",
        "The disk of this service is full. Nothing is wrong with the request: try again in a while.");

    public static readonly ProblemType OutOfMemory = new("out-of-memory", 503, "The memory is too small for this request",
        "The memory ran out for this volume, even in parts. Crop the volume or send it at a coarser voxel size; the service goes on, and trying again helps where others used the memory too.");

    public static readonly ProblemType TimeLimit = new("time-limit", 504, "The request took too long",
        "The request was not answered within 600 s, the limit of this service. Try again later, with a smaller volume or with inference=whole.");

    /// <summary>How long to wait where the disk is full: it takes other requests to end, or a person.</summary>
    public static TimeSpan StorageRetry { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The problem of a status that the framework answered by itself.</summary>
    public static ProblemType OfStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status408RequestTimeout => SlowUpload,
        StatusCodes.Status412PreconditionFailed => PreconditionFailed,
        StatusCodes.Status416RangeNotSatisfiable => RangeNotSatisfiable,
        < 500 => BadRequest with { Status = status },
        _ => Internal with { Status = status },
    };
}
