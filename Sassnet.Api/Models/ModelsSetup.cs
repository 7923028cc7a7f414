using System.ComponentModel.DataAnnotations;
using Sassnet.Api.Configuration;
using Sassnet.Model.Inference;

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

/// <summary>How the models are run.</summary>
public sealed class InferenceOptions
{
    /// <summary>Where: <c>auto</c> (the first CUDA device if there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default: <c>auto</c>.</summary>
    [Required]
    [RegularExpression("^(auto|cpu|cuda(:[0-9]{1,3})?)$", ErrorMessage = "The field {0} is auto, cpu, cuda or cuda:N.")]
    public string Device { get; set; } = "auto";

    /// <summary>In which number format: <c>Auto</c> (the fastest that is exact enough on the device), <c>Float32</c>, <c>BFloat16</c>, <c>Float16</c>. Default: <c>Auto</c>.</summary>
    [EnumDataType(typeof(Precision))]
    public Precision Precision { get; set; } = Precision.Auto;

    /// <summary>Processor threads of one inference; 0 takes all cores. Default: 0. Range: 0 to 1024.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Windows that go through the network at once; more than 1 pays on a GPU only. Default: 1. Range: 1 to 64.</summary>
    [Range(1, 64)]
    public int WindowBatch { get; set; } = 1;

    /// <summary>The same, as the model library takes it.</summary>
    internal SegmenterOptions ForSegmenter() => new() { Device = Device, Precision = Precision, Threads = Threads, WindowBatch = WindowBatch };
}

/// <summary>How many requests may wait.</summary>
public sealed class QueueOptions
{
    /// <summary>Requests that may wait for a model besides the one it works on; the next gets 503. Default: 8. Range: 1 to 10 000.</summary>
    [Range(1, 10_000)]
    public int Length { get; set; } = 8;
}

/// <summary>Registers the models.</summary>
internal static class ModelsSetup
{
    public static void AddModels(this IServiceCollection services)
    {
        services.AddSection<ModelsOptions>("Models");
        services.AddSection<InferenceOptions>("Inference");
        services.AddSection<QueueOptions>("Queue");
        services.AddSingleton<ComputeGate>();
        services.AddSingleton<ModelCatalogue>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelCatalogue>());
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ModelsJson.Default));
        services.ConfigureSwaggerGen(swagger => swagger.OperationFilter<ModelNameDocumentation>());
    }
}
