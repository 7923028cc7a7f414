using System.ComponentModel.DataAnnotations;
using Microsoft.OpenApi;
using Sassnet.Api.Configuration;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Devices;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;

namespace Sassnet.Api.Models;

/// <summary>Which models are served.</summary>
public sealed class ModelsOptions
{
    /// <summary>The folder whose subfolders are model packages. Default: <c>models</c> beside the program; a relative path starts there too.</summary>
    [Required]
    public string Folder { get; set; } = "models";

    /// <summary>
    /// The model that serves requests without <c>model</c>: <c>name</c>, which is its newest version, or <c>name@version</c>. What <c>PUT
    /// /models/{name}/default</c> has chosen, kept in the file <c>.default</c> of the folder, takes its place. Default: <c>left-atrium</c>.
    /// </summary>
    [Required]
    public string Default { get; set; } = "left-atrium";

    /// <summary>Whether packages that come, change or go while the service runs are noticed; otherwise by <c>POST /models/reload</c> only. Default: true.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>
    /// How often the folder is looked at. Changes on a disk of this machine are noticed at once; on a network folder only then. Default: 30 seconds. Range: 10
    /// milliseconds to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan PollPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a package's files have to stay as they are before it is opened: it may still be being copied. Default: 1 second. Range: 10 milliseconds to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan SettlingTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The most memory of all models together, counted as 4 bytes for each weight on each device; a package that would need more is not loaded. While a version
    /// is exchanged for another both count. Default: a quarter of the managed heap's limit, which is half of the container's limit or the machine's memory.
    /// Range: 1 byte to 1 PiB.
    /// </summary>
    [Range(1, 1L << 50)]
    public long? MemoryBytes { get; set; }

    /// <summary><see cref="MemoryBytes"/>, or its default.</summary>
    internal long MemoryBudget => MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;
}

/// <summary>How the models are run.</summary>
public sealed class InferenceOptions : IValidatableObject
{
    private const char Separator = ',';

    /// <summary>
    /// Where: <c>auto</c> (the first CUDA device if there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; or several, such as <c>cuda:0,cuda:1</c>, each of
    /// which gets every model and works on a scan of its own. Default: <c>auto</c>.
    /// </summary>
    [Required]
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

    /// <summary>
    /// What one pass over a whole volume may take of the processor's memory, in bytes; a volume that needs more is taken in tiles that
    /// overlap, slab by slab where that suffices, and where nothing fits in the windows or tiles that need least. Default: half of the managed heap's limit, which is half of the container's limit or the machine's memory: a quarter of it. Range: 1 byte to 1 PiB.
    /// </summary>
    [Range(1, 1L << 50)]
    public long? WholeMemoryBytes { get; set; }

    /// <summary>
    /// The longest that leading the network over a volume may be expected to take; longer ones are refused once their size is known. The pace is measured when
    /// a model is loaded. Default: 3 minutes. Range: 10 milliseconds to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan MaxEstimatedTime { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary><see cref="Device"/>, one by one.</summary>
    internal IReadOnlyList<string> Devices => Device.Split(Separator, StringSplitOptions.TrimEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var device in Devices.Where(device => !TorchDevice.IsName(device)))
            yield return new ValidationResult($"The field {nameof(Device)} has '{device}'; accepted: {TorchDevice.Accepted}, or several of them with commas between.");
    }

    /// <summary>The same for one of the devices, as the model library takes it.</summary>
    internal SegmenterOptions ForSegmenter(string device)
    {
        var options = new SegmenterOptions { Device = device, Precision = Precision, Threads = Threads, WindowBatch = WindowBatch };
        return WholeMemoryBytes is { } bytes ? options with { WholeMemoryBytes = bytes } : options;
    }
}

/// <summary>Registers the models.</summary>
internal static class ModelsSetup
{
    public static void AddModels(this IServiceCollection services)
    {
        services.AddSection<ModelsOptions>("Models");
        services.AddSection<InferenceOptions>("Inference");
        services.AddSingleton<PackageFolder>();
        services.AddSingleton<ModelCatalogue>();
        services.AddSingleton<DefaultChoice>();
        services.AddFigures<ModelMetrics>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ModelsJson.Default));
        services.ConfigureSwaggerGen(swagger =>
        {
            swagger.OperationFilter<ModelNameDocumentation>();

            // Not an enumeration: generated clients make names of its words, and some cannot read what has a hyphen.
            swagger.MapType<Normalisation>(() => new OpenApiSchema { Type = JsonSchemaType.String });
        });
    }
}
