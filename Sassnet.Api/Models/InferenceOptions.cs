using System.ComponentModel.DataAnnotations;
using Sassnet.Model.Inference;

namespace Sassnet.Api.Models;

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
