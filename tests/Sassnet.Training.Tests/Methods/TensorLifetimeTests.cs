using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using Sassnet.Training.Tests.Runs;
using Sassnet.Training.Validation;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public sealed class TensorLifetimeTests : SmallRunTests
{
    [Theory]
    [MemberData(nameof(Methods))]
    public void Training_leaves_no_tensor_behind(MethodKind kind)
    {
        var (dataset, options) = (Phantoms(), Options with { Method = kind });
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        var loader = new BatchLoader(dataset, options, Share.Whole);
        method.Step(loader.Make(0), 0);
        method.Step(loader.Make(2), 2);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        method.Step(loader.Make(1), 1);
        method.Step(loader.Make(2), 2);
        ScanPrediction.Of(method.Network, dataset.Validation[0], ScalarType.Float32, [new Label(1, "test")], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_that_is_disposed_leaves_no_tensor_behind(MethodKind kind)
    {
        var (dataset, options) = (Phantoms(), Options with { Method = kind });
        var loader = new BatchLoader(dataset, options, Share.Whole);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (var method = TrainingMethod.Create(options, ScalarType.Float32))
        {
            method.Step(loader.Make(0), 0);
            method.Step(loader.Make(2), 2);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
