using Sassnet.Model.Packages;
using Sassnet.Training.Importing;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Importing;

public sealed class ImportedNetworkTests
{
    private readonly Dictionary<string, PickledTensor> _tensors =
        new(StateDict.Find(PyTorchFile.Read(Path.Combine(Checkpoints.Folder, Checkpoints.Parallel)), key: null));

    [Fact]
    public void Tensors_that_are_unknown_missing_or_of_another_shape_are_named()
    {
        _tensors["block_ten.conv.0.weight"] = _tensors["block_nine.conv.0.weight"];
        _tensors.Remove("block_six.conv.4.running_mean");
        _tensors["out_conv.weight"] = _tensors["out_conv.weight"] with { Shape = [1, 1, 1], Strides = [1, 1, 1] };
        var message = Refused();
        Assert.Contains("1 unknown: block_ten.conv.0.weight.", message, StringComparison.Ordinal);
        Assert.Contains("1 missing: block_six.conv.4.running_mean.", message, StringComparison.Ordinal);
        Assert.Contains("1 of another shape: out_conv.weight [1, 1, 1] where [1, 2, 1, 1, 1] is accepted.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_V_Net_is_refused_since_it_has_no_distance_map()
    {
        _tensors.Remove("out_conv2.weight");
        _tensors.Remove("out_conv2.bias");
        Assert.Contains("plain V-Net without a distance map", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_softmax_with_a_channel_for_the_background_is_refused()
    {
        _tensors["out_conv2.weight"] = _tensors["out_conv2.weight"] with { Shape = [2, 2, 1, 1, 1], Strides = [0, 0, 0, 0, 0] };
        _tensors["out_conv2.bias"] = _tensors["out_conv2.bias"] with { Shape = [2], Strides = [0] };
        Assert.Contains("one channel more than its distance map, as a softmax has for the background", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_of_batches_may_be_missing_as_in_checkpoints_of_PyTorch_before_0_4_1()
    {
        foreach (var name in _tensors.Keys.Where(name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToList())
            _tensors.Remove(name);
        using var network = ImportedNetwork.Of(_tensors);
        Checkpoints.RequireRule(network);
    }

    [Fact]
    public void Weights_of_a_failed_training_are_refused()
    {
        var storage = PickledStorage.Of("FloatStorage", 1);
        storage.Fill(new MemoryStream(BitConverter.GetBytes(float.NaN)));
        _tensors["out_conv.bias"] = new PickledTensor(storage, 0, [1], [1]);
        Assert.Contains("'out_conv.bias' holds values that are not finite", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_too_large_for_what_it_is_kept_as_is_refused()
    {
        var storage = PickledStorage.Of("DoubleStorage", 1);
        storage.Fill(new MemoryStream(BitConverter.GetBytes(1e300)));
        _tensors["out_conv.bias"] = new PickledTensor(storage, 0, [1], [1]);
        Assert.Contains("'out_conv.bias' holds values that are not finite as float32", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variance_below_0_is_refused()
    {
        const string Name = "block_one.conv.1.running_var";
        var shape = _tensors[Name].Shape.ToArray();
        var storage = PickledStorage.Of("FloatStorage", (int)shape[0]);
        storage.Fill(new MemoryStream([.. Enumerable.Repeat(BitConverter.GetBytes(-0.5f), (int)shape[0]).SelectMany(bytes => bytes)]));
        _tensors[Name] = new PickledTensor(storage, 0, shape, [1]);
        Assert.Contains($"'{Name}' holds -0.5; accepted: variances from 0 on", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1L, 1L)]
    [InlineData(0, 2L, 1L)]
    [InlineData(0, 1L, -1L)]
    [InlineData(-1, 1L, 1L)]
    public void A_tensor_that_reaches_beyond_its_storage_is_refused(long offset, long side, long stride)
    {
        var storage = PickledStorage.Of("FloatStorage", 1);
        storage.Fill(new MemoryStream(new byte[4]));
        Assert.Contains("damaged", Assert.Throws<InvalidPackageException>(() => new PickledTensor(storage, offset, [side], [stride]).ToTensor()).Message, StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        Assert.Equal(0, new PickledTensor(storage, 0, [1], [1]).ToTensor().item<float>());
    }

    private string Refused() => Assert.Throws<InvalidPackageException>(() => ImportedNetwork.Of(_tensors).Dispose()).Message;
}
