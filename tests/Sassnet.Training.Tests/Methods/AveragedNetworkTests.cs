using Sassnet.Model.Networks;
using Sassnet.Training.Configuration;
using Sassnet.Training.Methods;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public class AveragedNetworkTests
{
    private const string Weight = "block_three.conv.0.weight";
    private const string Mean = "block_three.conv.1.running_mean";
    private const string Batches = "block_three.conv.1.num_batches_tracked";

    [Fact]
    public void An_average_begins_equal_to_its_source()
    {
        using var source = new VNet(2, 0);
        Fill(source, 3);
        using var average = new AveragedNetwork(source, dropout: 0);
        Assert.All(source.state_dict(), pair => Assert.True(pair.Value.allclose(average.Network.state_dict()[pair.Key]), pair.Key));
        Assert.All(average.Network.parameters(), parameter => Assert.False(parameter.requires_grad));
    }

    [Fact]
    public void What_is_drawn_next_does_not_depend_on_it()
    {
        using var scope = NewDisposeScope();
        using var source = new VNet(2, 0);
        manual_seed(5);
        var expected = randn(4);
        manual_seed(5);
        using var average = new AveragedNetwork(source, dropout: 0);
        Assert.True(expected.allclose(randn(4)));
    }

    [Fact]
    public void It_keeps_a_share_of_itself_and_its_statistics_move_only_when_told()
    {
        using var scope = NewDisposeScope();
        using var source = new VNet(2, 0);
        using var average = new AveragedNetwork(source, dropout: 0);
        var own = average.Network.state_dict();
        var (weight, mean) = (own[Weight].clone(), own[Mean].clone());
        Fill(source, 3);
        average.Follow(0.75);
        Assert.True(own[Weight].allclose((weight * 0.75) + (3 * 0.25), atol: 1e-6));
        Assert.True(own[Mean].allclose(mean));
        average.FollowStatistics(0.75);
        Assert.True(own[Mean].allclose((mean * 0.75) + (3 * 0.25), atol: 1e-6));
        Assert.Equal(3, own[Batches].item<long>());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.5)]
    [InlineData(9, 0.9)]
    [InlineData(5000, 0.99)]
    public void A_teacher_keeps_less_of_itself_in_the_first_iterations(int iteration, double kept) => Assert.Equal(kept, new TeacherOptions().DecayAt(iteration), 1e-12);

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(8, 0.5)]
    [InlineData(5000, 5001.0 / 5010)]
    [InlineData(100000, 0.999)]
    public void The_mean_of_the_weights_warms_up(int iteration, double kept) => Assert.Equal(kept, new EmaOptions { Decay = 0.999 }.DecayAt(iteration), 1e-12);

    private static void Fill(VNet network, double value)
    {
        using var gradients = no_grad();
        foreach (var key in (string[])[Weight, Mean, Batches])
            network.state_dict()[key].fill_(value);
    }
}
