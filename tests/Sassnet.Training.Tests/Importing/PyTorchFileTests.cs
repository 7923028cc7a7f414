using Sassnet.Model.Packages;
using Sassnet.Training.Importing;
using Xunit;

namespace Sassnet.Training.Tests.Importing;

public sealed class PyTorchFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public static TheoryData<string, int> Older => Pickles.Rows(Pickles.Older);

    [Theory]
    [MemberData(nameof(Older))]
    public void The_form_before_PyTorch_1_6_is_read_in_every_protocol(string name, int protocol)
    {
        File.WriteAllBytes(_path, Pickles.Older[(name, protocol)]);
        using var tensor = StateDict.Find(PyTorchFile.Read(_path), key: null)["out_conv.weight"].ToTensor();
        Assert.Equal([1L, 3], tensor.shape);
        Assert.Equal([0.5f, -1, 2], tensor.data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Older))]
    public void The_form_before_PyTorch_1_6_is_refused_where_it_is_cut_short(string name, int protocol)
    {
        var whole = Pickles.Older[(name, protocol)];
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_path, whole[..length]);
            Assert.Throws<InvalidPackageException>(() => PyTorchFile.Read(_path));
        }
    }

    [Fact]
    public void A_pickle_of_another_number_is_no_form_of_PyTorchs()
    {
        File.WriteAllBytes(_path, [0x80, 4, (byte)'K', 1, (byte)'.']);
        Assert.Contains("begins neither", Assert.Throws<InvalidPackageException>(() => PyTorchFile.Read(_path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_path);
}
