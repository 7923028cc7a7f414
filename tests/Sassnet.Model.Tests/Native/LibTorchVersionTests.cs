using Sassnet.Model.Native;
using TorchSharp;
using Xunit;

namespace Sassnet.Model.Tests.Native;

public class LibTorchVersionTests
{
    [Fact]
    public void The_version_asked_for_is_the_one_that_TorchSharp_was_built_with() =>
        Assert.StartsWith(LibTorchVersion.Required.ToString(), torch.__version__, StringComparison.Ordinal);

    [Fact]
    public void The_library_that_is_loaded_tells_that_version() =>
        Assert.StartsWith($"LibTorch {LibTorchVersion.Required} from /", TorchRuntime.Description, StringComparison.Ordinal);

    [Theory]
    [InlineData("__version__ = '2.10.0+cu128'", "2.10.0")]
    [InlineData("2.9.1+cpu\n", "2.9.1")]
    [InlineData(".1.13", "1.13.0")]
    public void A_version_is_found_in_a_text(string text, string version) => Assert.Equal(version, LibTorchVersion.In(text).ToString());

    [Fact]
    public void No_version_is_found_where_there_is_none() => Assert.Null(LibTorchVersion.In("main"));

    [Theory]
    [InlineData("2.10.1", true)]
    [InlineData("2.9.1", false)]
    [InlineData("2.11.0", false)]
    [InlineData("3.10.0", false)]
    public void Patches_of_the_same_minor_version_fit_and_others_do_not(string version, bool fits) => Assert.Equal(fits, LibTorchVersion.In(version)!.Value.Fits);
}
