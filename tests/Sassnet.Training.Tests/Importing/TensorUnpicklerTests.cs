using System.Collections;
using System.Text;
using Sassnet.Training.Importing;
using Xunit;

namespace Sassnet.Training.Tests.Importing;

public sealed class TensorUnpicklerTests
{
    public static TheoryData<string, int> Objects => Pickles.Rows(Pickles.Objects);

    [Theory]
    [MemberData(nameof(Objects))]
    public void Whatever_Python_pickles_beside_a_state_dict_is_passed_over(string name, int protocol)
    {
        var read = Assert.IsType<Hashtable>(Read(Pickles.Objects[(name, protocol)]));
        Assert.Equal(["after", "before", "object"], read.Keys.Cast<string>().Order(StringComparer.Ordinal));
        Assert.Equal((1L, 2L), (read["before"], read["after"]));
    }

    [Theory]
    [InlineData("cargparse\nNamespace\n(tR(S'root'\ncpathlib\nPosixPath\n(S'/'\nS'data'\ntRdb")]
    [InlineData("(cphases.late\nPhase\nI2\no")]
    [InlineData("(I2\niphases.late\nPhase\n")]
    [InlineData("cyacs.config\nCfgNode\n(I1\ntR(S'lr'\nF0.1\nu")]
    [InlineData("ccollections\ndeque\n((lI2\ntRI1\na")]
    public void An_object_of_an_unknown_class_is_passed_over_in_the_protocols_of_text(string made)
    {
        var read = Assert.IsType<Hashtable>(Read($"(S'before'\nI1\nS'object'\n{made}S'after'\nI2\nd."));
        Assert.Equal((1L, 2L), (read["before"], read["after"]));
        Assert.IsType<PickledObject>(read["object"]);
    }

    [Theory]
    [InlineData("cfg-node", "yacs.config.CfgNode")]
    [InlineData("easy-dict", "easydict.EasyDict")]
    public void A_dictionary_of_an_unknown_class_keeps_its_items(string name, string expected)
    {
        for (var protocol = 2; protocol <= 5; protocol++)
        {
            var read = Assert.IsType<Hashtable>(Read(Pickles.Objects[(name, protocol)]));
            var config = Assert.IsType<PickledObject>(read["object"]);
            Assert.Equal((expected, "la"), (config.ClassName, config["name"]));
            Assert.Equal([1L, 2L, 3L], Assert.IsType<ArrayList>(((Hashtable)config["solver"]!)["steps"]).Cast<long>());
        }
    }

    [Theory]
    [InlineData("cos\nsystem\n(S'touch called'\ntR.", "os.system")]
    [InlineData("cbuiltins\neval\n(S'1'\ntR.", "builtins.eval")]
    public void What_a_pickle_would_call_is_not_called(string pickle, string expected)
    {
        var read = Assert.IsType<PickledObject>(Read(pickle));
        Assert.Empty(read);
        Assert.Equal(expected, read.ClassName);
    }

    [Fact]
    public void A_parameter_with_attributes_of_its_own_is_read_as_its_tensor() => Assert.Equal(
        [3],
        Assert.IsType<PickledTensor>(Read("ctorch._utils\n_rebuild_parameter_with_state\n(ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI3\ntQI0\n(I3\nt(I1\ntI00\nNtRI01\nN(S'note'\nI1\ndtR.")).Shape);

    [Fact]
    public void An_ordered_dictionary_of_Python_2_has_the_pairs_that_it_is_made_of() =>
        Assert.Equal(3L, Assert.IsType<Hashtable>(Read("ccollections\nOrderedDict\n((l(lS'epoch'\naI3\naatR."))["epoch"]);

    [Theory]
    [InlineData("")]
    [InlineData("I1\n")]
    [InlineData(".")]
    [InlineData("t.")]
    [InlineData("I1\nI2\na.")]
    [InlineData("I1\n(I2\nI3\nu.")]
    [InlineData("(I1\nd.")]
    [InlineData("g1\n.")]
    [InlineData("I1\n(tR.")]
    [InlineData("\u0080\u0006N.")]
    [InlineData("X\u00ff\u00ff\u00ff\u007fa.")]
    [InlineData("\u0097.")]
    public void A_damaged_pickle_is_refused(string pickle)
    {
        var failure = Record.Exception(() => Read(pickle));
        Assert.True(failure is InvalidDataException or EndOfStreamException, $"{failure}");
    }

    private static object? Read(string pickle) => Read(Encoding.Latin1.GetBytes(pickle));

    private static object? Read(byte[] pickle)
    {
        using var stream = new MemoryStream(pickle);
        return new TensorUnpickler(stream, []).Read();
    }
}
