using System.ComponentModel.DataAnnotations;

namespace Sassnet.Api.Models;

/// <summary>Which models are served.</summary>
public sealed class ModelsOptions
{
    /// <summary>The folder whose subfolders are model packages. Default: <c>models</c> beside the program; a relative path starts there too.</summary>
    [Required]
    public string Folder { get; set; } = "models";

    /// <summary>The model that serves requests without <c>model</c>: <c>name</c> or <c>name@version</c>. Default: <c>left-atrium</c>.</summary>
    [Required]
    public string Default { get; set; } = "left-atrium";
}
