using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Sassnet.Api.Models;
using Sassnet.Api.Requests;
using Sassnet.Api.Uploads;

namespace Sassnet.Api.Configuration;

/// <summary>
/// Everything the service can be told, read from the configuration section <c>Sassnet</c> (environment: <c>Sassnet__Models__Folder</c> and so on).
/// A key that is not listed here stops the start, so that a misspelled one is never silently without effect.
/// </summary>
public sealed class SassnetOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Sassnet";

    /// <summary>Which models are served.</summary>
    [Required, ValidateObjectMembers]
    public ModelsOptions Models { get; set; } = new();

    /// <summary>How they are run.</summary>
    [Required, ValidateObjectMembers]
    public InferenceOptions Inference { get; set; } = new();

    /// <summary>How many requests may wait.</summary>
    [Required, ValidateObjectMembers]
    public QueueOptions Queue { get; set; } = new();

    /// <summary>What may be sent.</summary>
    [Required, ValidateObjectMembers]
    public UploadOptions Uploads { get; set; } = new();

    /// <summary>How compressed DICOM is decoded.</summary>
    [Required, ValidateObjectMembers]
    public DicomOptions Dicom { get; set; } = new();

    /// <summary>How long an answer may take.</summary>
    [Required, ValidateObjectMembers]
    public RequestOptions Requests { get; set; } = new();
}
