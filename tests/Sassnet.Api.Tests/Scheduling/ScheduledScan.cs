using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Scheduling;

/// <summary>A scan without voxels on its way through a service's scheduler; each of its stages ends when the test says so.</summary>
internal sealed class ScheduledScan : IDisposable
{
    /// <summary>The stages in their order.</summary>
    public static readonly string[] Stages = ["decode", "prepare", "infer", "finish"];

    private readonly Dictionary<string, (ManualResetEventSlim Begun, ManualResetEventSlim MayEnd)> _stages =
        Stages.ToDictionary(stage => stage, _ => (new ManualResetEventSlim(), new ManualResetEventSlim()));

    private readonly CancellationTokenSource _leaving = new();
    private readonly Action<DeviceModel>? _onDevice;
    private readonly ScanTurn _turn;

    private ScheduledScan(TestService service, string flow, Priority priority, long bytes, Action<DeviceModel>? onDevice)
    {
        _onDevice = onDevice;
        var scheduler = service.Services.GetRequiredService<DeviceScheduler>();
        var model = service.Services.GetRequiredService<ModelCatalogue>().Default;
        _turn = scheduler.Enter(model, new Flow(flow), priority, new ScanSize(1000, "test"), _leaving.Token);
        Run = Task.Run(() => RunAsync(bytes));
    }

    /// <summary>The device that it was on.</summary>
    public DeviceModel? Device { get; private set; }

    /// <summary>Completes when it has left the scheduler.</summary>
    public Task Run { get; }

    /// <summary>Sends one in.</summary>
    /// <param name="service">The service.</param>
    /// <param name="blocked">The stage that does not end by itself; null for none.</param>
    /// <param name="flow">Whose it is.</param>
    /// <param name="priority">Its class.</param>
    /// <param name="bytes">The memory that it asks for.</param>
    /// <param name="onDevice">What it does there.</param>
    public static ScheduledScan Send(
        TestService service, string? blocked = null, string flow = "someone", Priority priority = Priority.Interactive, long bytes = 1, Action<DeviceModel>? onDevice = null)
    {
        var scan = new ScheduledScan(service, flow, priority, bytes, onDevice);
        foreach (var stage in Stages.Where(stage => stage != blocked))
            scan.Release(stage);
        return scan;
    }

    /// <summary>Waits until a stage has begun.</summary>
    public Task BegunAsync(string stage) => UntilAsync(() => HasBegun(stage));

    /// <summary>Waits until it is decoded and waits for memory.</summary>
    public Task DecodedAsync() => UntilAsync(() => _turn.State == TurnState.Decoded);

    /// <summary>Waits until it is prepared and waits for a device.</summary>
    public Task ReadyAsync() => UntilAsync(() => _turn.State == TurnState.Ready);

    /// <summary>Whether a device has it.</summary>
    public bool IsOnDevice => _turn.State == TurnState.Running;

    public bool HasBegun(string stage) => _stages[stage].Begun.IsSet;

    /// <summary>Lets a stage end.</summary>
    public void Release(string stage) => _stages[stage].MayEnd.Set();

    /// <summary>Its client goes away.</summary>
    public void Leave() => _leaving.Cancel();

    public void Dispose()
    {
        _leaving.Cancel();
        Run.ContinueWith(_ => { }, TaskScheduler.Default).Wait(TimeSpan.FromMinutes(1));
        _leaving.Dispose();
    }

    public static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; tries < 3000 && !holds(); tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(holds());
    }

    private async Task RunAsync(long bytes)
    {
        using (_turn)
        {
            await _turn.DecodeAsync(token => Stage("decode", bytes, token));
            await _turn.PrepareAsync(token => Stage("prepare", TimeSpan.FromMilliseconds(1), token));
            Device = await _turn.InferAsync((model, token) =>
            {
                _onDevice?.Invoke(model);
                return Stage("infer", model, token);
            });
            await _turn.FinishAsync(token => Stage("finish", true, token));
        }
    }

    private T Stage<T>(string name, T result, CancellationToken cancellation)
    {
        _stages[name].Begun.Set();
        _stages[name].MayEnd.Wait(cancellation);
        return result;
    }
}
