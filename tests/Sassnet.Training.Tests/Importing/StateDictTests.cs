using System.Collections;
using Sassnet.Model.Packages;
using Sassnet.Training.Importing;
using Xunit;

namespace Sassnet.Training.Tests.Importing;

public sealed class StateDictTests
{
    private static readonly PickledTensor Weight = new(PickledStorage.Of("FloatStorage", 1), 0, [1], [1]);

    [Theory]
    [InlineData("out_conv.weight")]
    [InlineData("module.out_conv.weight")]
    [InlineData("_orig_mod.out_conv.weight")]
    [InlineData("module._orig_mod.out_conv.weight")]
    [InlineData("_orig_mod.module.out_conv.weight")]
    [InlineData("module.module.out_conv.weight")]
    [InlineData("out_conv._orig_mod.weight")]
    public void What_wraps_a_network_is_taken_from_the_names(string name) =>
        Assert.Equal(["out_conv.weight"], StateDict.Find(Of((name, Weight)), key: null).Keys);

    [Fact]
    public void A_state_dict_may_be_a_dictionary_of_an_unknown_class() =>
        Assert.Equal(["out_conv.weight"], StateDict.Find(Of(("net", new PickledObject("easydict.EasyDict") { ["out_conv.weight"] = Weight })), key: null).Keys);

    [Fact]
    public void How_many_networks_were_averaged_is_no_part_of_the_network() =>
        Assert.Equal(["out_conv.weight"], StateDict.Find(Of(("n_averaged", Weight), ("module.out_conv.weight", Weight)), key: null).Keys);

    [Fact]
    public void A_name_with_and_without_what_wraps_it_is_refused() => Assert.Contains(
        "has 'out_conv.weight' more than once, with and without 'module.' or '_orig_mod.'",
        Refused(Of(("out_conv.weight", Weight), ("_orig_mod.out_conv.weight", Weight))),
        StringComparison.Ordinal);

    [Fact]
    public void Tensors_beside_a_state_dict_are_not_taken_for_one() =>
        Assert.Equal(["out_conv.weight"], StateDict.Find(Of(("best", Weight), ("net", Of(("out_conv.weight", Weight)))), key: null).Keys);

    [Fact]
    public void Tensors_that_are_not_read_are_named_with_their_kind()
    {
        Assert.Equal(
            "The state dict has 1 tensor that is not read: 'out_conv.weight' is sparse; accepted: dense tensors of Double, Float, Half, BFloat16, Long, Int, Short, Char, Byte, Bool. Save them so, by to_dense(), dequantize() or float().",
            Refused(Of(("net", Of(("module.out_conv.weight", new UnreadTensor("sparse")))))));
        var many = Of([.. Enumerable.Range(0, 9).Select(layer => ($"{layer}.weight", (object?)new UnreadTensor("quantised")))]);
        Assert.Contains("has 9 tensors that are not read: '0.weight' is quantised, ", Refused(many), StringComparison.Ordinal);
        Assert.Contains("'5.weight' is quantised and 3 more;", Refused(many), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_dictionary_is_named()
    {
        Assert.StartsWith("The file holds None;", Refused(null), StringComparison.Ordinal);
        Assert.StartsWith("The file holds a tensor;", Refused(Weight), StringComparison.Ordinal);
        Assert.StartsWith("The file holds a list;", Refused(new ArrayList()), StringComparison.Ordinal);
        Assert.StartsWith("The file holds a tuple;", Refused(Array.Empty<object>()), StringComparison.Ordinal);
        Assert.StartsWith("The file holds a networks.VNet;", Refused(new PickledObject("networks.VNet")), StringComparison.Ordinal);
        Assert.StartsWith("The file has no state dict:", Refused(Of(("epoch", 3L))), StringComparison.Ordinal);
    }

    private static Hashtable Of(params (string Name, object? Value)[] items)
    {
        var made = new Hashtable();
        foreach (var (name, value) in items)
            made[name] = value;
        return made;
    }

    private static string Refused(object? saved) => Assert.Throws<InvalidPackageException>(() => StateDict.Find(saved, key: null)).Message;
}
