using System.Security.Cryptography;
using Sassnet.Training.Distributed;
using Xunit;

namespace Sassnet.Training.Tests.Distributed;

public class AgreementTests
{
    private static readonly string[] Names = ["the configuration", "the scan a", "the scan b"];

    [Fact]
    public void Processes_with_the_same_agree() => Assert.Null(Agreement.Difference([Digests(1, 2, 3), Digests(1, 2, 3), Digests(1, 2, 3)], Names));

    [Fact]
    public void Each_process_that_differs_from_the_first_is_named_with_what_it_has_otherwise() => Assert.Equal(
        "rank 1 differs from rank 0 in the scan b; rank 3 differs from rank 0 in the configuration, the scan a",
        Agreement.Difference([Digests(1, 2, 3), Digests(1, 2, 4), Digests(1, 2, 3), Digests(5, 6, 3)], Names));

    [Fact]
    public void One_process_alone_agrees_with_itself()
    {
        var agreement = new Agreement();
        agreement.Add("the configuration", "seed: 1");
        Assert.Null(agreement.Difference(World.Alone));
    }

    private static byte[] Digests(params byte[] values) => [.. values.SelectMany(value => SHA256.HashData([value]))];
}
