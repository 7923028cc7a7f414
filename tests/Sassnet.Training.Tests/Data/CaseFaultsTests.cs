using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class CaseFaultsTests
{
    [Fact]
    public void A_file_that_cannot_be_used_is_told_of_with_its_case()
    {
        var fault = new InvalidVolumeException(InvalidVolumeKind.NotServable, "intensities", "They are all 0.");
        var named = Assert.Throws<InvalidVolumeException>(() => CaseFaults.Named<int>("p7", () => throw fault));
        Assert.Equal(("Case p7: They are all 0.", InvalidVolumeKind.NotServable, "intensities"), (named.Message, named.Kind, named.Slug));
        Assert.Same(fault, named.InnerException);
    }

    [Fact]
    public void Whatever_else_comes_of_it_stays_what_it_is()
    {
        Assert.Equal(3, CaseFaults.Named("p7", () => 3));
        var other = new InvalidConfigurationException("There is no p7.");
        Assert.Same(other, Assert.Throws<InvalidConfigurationException>(() => CaseFaults.Named<int>("p7", () => throw other)));
    }
}
