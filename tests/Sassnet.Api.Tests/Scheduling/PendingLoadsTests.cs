using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Packages;
using Xunit;

namespace Sassnet.Api.Tests.Scheduling;

public sealed class PendingLoadsTests
{
    private readonly PendingLoads _loads = new();
    private readonly ServedModel _model = new(ModelPackage.Open(Directory.EnumerateDirectories(RandomModel.Folder).First()), null, devices: 1);

    [Fact]
    public void A_load_leaves_the_next_turn_to_a_scan_and_a_scan_leaves_it_to_a_load()
    {
        _loads.Add(_model);
        _loads.Add(_model);
        using var first = _loads.TakeInTurn();
        Assert.NotNull(first);
        Assert.Null(_loads.TakeInTurn());

        _loads.EndScansTurn();
        using var second = _loads.TakeInTurn();
        Assert.NotNull(second);
    }

    [Fact]
    public void Where_no_scan_is_ready_one_load_follows_another()
    {
        _loads.Add(_model);
        _loads.Add(_model);
        using var first = _loads.TakeInTurn();
        using var second = _loads.Take();
        Assert.NotNull(second);
        Assert.Null(_loads.Take());
    }

    [Fact]
    public void After_the_devices_end_nothing_holds_a_model_that_was_to_be_loaded_and_nobody_waits_for_it()
    {
        var waiting = _loads.Add(_model);
        Assert.Equal((false, 2), (waiting.IsCompleted, _model.Leases));

        _loads.Close();
        Assert.Equal((true, 1), (waiting.IsCompletedSuccessfully, _model.Leases));

        var late = _loads.Add(_model);
        Assert.Equal((true, 1), (late.IsCompletedSuccessfully, _model.Leases));
        Assert.Null(_loads.Take());
    }
}
