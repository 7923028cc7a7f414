using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Sassnet.Api.Telemetry;
using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Uploads;

/// <summary>The figures of the folder for uploads, looked at when somebody reads them.</summary>
internal sealed class UploadMetrics
{
    public UploadMetrics(IMeterFactory meters, TemporaryFolder folder, IOptions<UploadOptions> options)
    {
        var (meter, most) = (meters.Create(ServiceMetrics.MeterName), options.Value.MaxTemporaryBytes);
        meter.CreateObservableUpDownCounter("sassnet.upload.disk.usage", () => folder.Taken, "By", "The room counted for uploads and answers on their way.");
        meter.CreateObservableUpDownCounter("sassnet.upload.disk.limit", () => most, "By", "The most of that (Sassnet:Uploads:MaxTemporaryBytes).");
        meter.CreateObservableGauge("sassnet.upload.disk.free", () => folder.Free, "By", "What is free on the disk of the folder for uploads.");
    }
}
