using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Scheduling;

/// <summary>The figures of the devices and of the memory of the scans under way, looked at when somebody reads them.</summary>
internal sealed class DeviceMetrics
{
    public DeviceMetrics(IMeterFactory meters, DeviceScheduler scheduler, IOptions<SchedulingOptions> options)
    {
        var (meter, budget) = (meters.Create(ServiceMetrics.MeterName), options.Value.MemoryBudget);
        meter.CreateObservableCounter(
            "sassnet.device.busy", () => Of(scheduler, worker => worker.Busy.TotalSeconds), "s",
            "How long each device has worked on scans and models; its rate is the share of the time.");
        meter.CreateObservableUpDownCounter(
            "sassnet.device.failed", () => Of(scheduler, worker => worker.Fault is null ? 0 : 1), "{device}", "1 where a device has stopped working, else 0.");
        meter.CreateObservableUpDownCounter(
            "sassnet.scan.memory.usage", () => scheduler.Occupancy.MemoryBytes, "By", "The memory counted for the scans under way, from decoding to encoding.");
        meter.CreateObservableUpDownCounter(
            "sassnet.scan.memory.limit", () => budget, "By", "The most of that, of more than one scan (Sassnet:Scheduling:MemoryBytes).");
        meter.CreateObservableUpDownCounter(
            "sassnet.scan.active", () => scheduler.Occupancy.UnderWay, "{scan}", "Scans under way: waiting, in a stage, or being answered.");
    }

    // Devices may be named twice: cpu,cpu.
    private static IEnumerable<Measurement<T>> Of<T>(DeviceScheduler scheduler, Func<DeviceWorker, T> figure)
        where T : struct => scheduler.Devices.Workers.Select(worker => new Measurement<T>(
            figure(worker), new("device", worker.Device), new("number", worker.Index.ToString(CultureInfo.InvariantCulture))));
}
