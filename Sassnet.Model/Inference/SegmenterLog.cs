using Microsoft.Extensions.Logging;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>What a segmenter logs; never anything of a patient.</summary>
internal static partial class SegmenterLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded {Model}@{Version} on {Device} in {Precision} with {Threads} threads")]
    public static partial void Loaded(ILogger logger, string model, string version, Device device, Precision precision, int threads);

    [LoggerMessage(Level = LogLevel.Information, Message = "One pass over {Size} does not fit into the memory; taking tiles of {Tile} in slabs, {Tiles} in all")]
    public static partial void Tiled(ILogger logger, GridSize size, GridSize tile, int tiles);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Mode} over {Size} does not fit into the memory, nor do tiles that are less work than windows; sliding a window instead")]
    public static partial void DoesNotFit(ILogger logger, InferenceMode mode, GridSize size);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A pass over {Size} ran out of memory on {Device}; trying smaller ones")]
    public static partial void WholeRanOutOfMemory(ILogger logger, GridSize size, Device device);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Batch} windows or mirrored passes at once ran out of memory on {Device}; trying one")]
    public static partial void BatchRanOutOfMemory(ILogger logger, int batch, Device device);
}
