using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Api.Models;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;
using Xunit;

namespace Sassnet.Api.Tests.Models;

public sealed class ServedModelTests
{
    [Fact]
    public void A_retired_model_is_freed_when_its_last_lease_has_ended()
    {
        var model = Loaded();
        var (first, second) = (model.Lease(), model.Lease());
        Assert.Equal((3, ModelState.Ready), (model.Leases, model.State));
        model.Retire();
        model.Retire();
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, model.Leases);
        Assert.True(double.IsFinite(WarmUp.Once(model.On(0)!.Model, TestContext.Current.CancellationToken)));

        var network = model.On(0)!.Model;
        second.Dispose();
        Assert.Equal(0, model.Leases);
        Assert.Null(model.On(0));
        Assert.ThrowsAny<Exception>(() => WarmUp.Once(network, TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(model.Lease);
    }

    [Fact]
    public void A_model_that_one_of_two_devices_has_can_answer_and_says_that_the_other_has_it_not()
    {
        var model = new ServedModel(Package(), null, devices: 2);
        Assert.Equal((ModelState.Loading, null), (model.State, model.Fault));
        Assert.Throws<ArgumentException>(() => Load(model, 0, "cuda:99"));
        Assert.Equal(ModelState.Loading, model.State);
        Load(model, 1, "cpu");
        Assert.Equal(ModelState.Ready, model.State);
        Assert.NotNull(model.Fault);
        Assert.Equal((false, true), (model.MayBeOn(0), model.MayBeOn(1)));
        model.Retire();
    }

    private static ServedModel Loaded()
    {
        var model = new ServedModel(Package(), null, devices: 1);
        Load(model, 0, "cpu");
        return model;
    }

    private static ModelPackage Package() => ModelPackage.Open(Directory.EnumerateDirectories(RandomModel.Folder).First());

    private static void Load(ServedModel model, int index, string device) =>
        model.LoadOn(index, new SegmenterOptions { Device = device, Precision = Precision.Float32 }, NullLogger.Instance, TestContext.Current.CancellationToken);
}
