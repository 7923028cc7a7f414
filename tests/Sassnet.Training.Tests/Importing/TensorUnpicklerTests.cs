using System.Collections;
using System.Text;
using Razorvine.Pickle.Objects;
using Sassnet.Training.Importing;
using Xunit;

namespace Sassnet.Training.Tests.Importing;

public sealed class TensorUnpicklerTests
{
    [Theory]
    [InlineData("cargparse\nNamespace\n(tR(S'root'\ncpathlib\nPosixPath\n(S'/'\nS'data'\ntRdb")]
    [InlineData("cphases.late\nPhase\n(I2\ntR")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I3\nttb")]
    [InlineData("cyacs.config\nCfgNode\n(I1\ntR(S'lr'\nF0.1\nu")]
    public void An_object_of_an_unknown_class_is_passed_over(string made)
    {
        var read = Assert.IsType<Hashtable>(Read($"(S'before'\nI1\nS'object'\n{made}S'after'\nI2\nd."));
        Assert.Equal((1, 2), (read["before"], read["after"]));
        Assert.True(read["object"] is TensorUnpickler.OrderedDict or ClassDict);
    }

    [Theory]
    [InlineData("cos\nsystem\n(S'touch called'\ntR.")]
    [InlineData("cbuiltins\neval\n(S'1'\ntR.")]
    public void What_a_pickle_would_call_is_not_called(string pickle) => Assert.Empty(Assert.IsType<TensorUnpickler.OrderedDict>(Read(pickle)));

    [Fact]
    public void A_parameter_with_attributes_of_its_own_is_read_as_its_tensor() => Assert.Equal(
        [3],
        Assert.IsType<PickledTensor>(Read("ctorch._utils\n_rebuild_parameter_with_state\n(ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI3\ntQI0\n(I3\nt(I1\ntI00\nNtRI01\nN(S'note'\nI1\ndtR.")).Shape);

    [Fact]
    public void An_object_that_is_filled_as_a_list_is_not_read() => Assert.Throws<InvalidCastException>(() => Read("ccollections\ndeque\n((lI2\ntRI1\na."));

    private static object? Read(string pickle) => TensorUnpickler.Load(unpickler => unpickler.loads(Encoding.Latin1.GetBytes(pickle)), []);
}
