using Sassnet.Model.Networks;
using Sassnet.Training.Configuration;
using Sassnet.Training.Methods;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public class UncertaintyConsistencyTests
{
    private static readonly TeacherOptions Options = new();

    [Theory]
    [InlineData(0f, 0)]
    [InlineData(1f, 0)]
    [InlineData(0.5f, 0.6931471805599453)]
    [InlineData(0.1f, 0.3250829733914482)]
    public void Entropy_is_that_of_two_classes(float probability, double nats) =>
        Assert.Equal(nats, UncertaintyConsistency.Entropy(tensor(probability)).item<float>(), 1e-6);

    [Fact]
    public void A_teacher_without_doubt_counts_everywhere()
    {
        using var scope = NewDisposeScope();
        using var student = new VNet(2, 0);
        using var teacher = Certain(student, bias: 20);
        var consistency = new UncertaintyConsistency(Options, iterations: 10);
        var images = randn([1, 1, 16, 16, 16]);
        Assert.Equal(0.25, consistency.Of(teacher, images, full_like(images, 0.5), 0).item<float>(), 1e-5);
    }

    [Fact]
    public void A_teacher_in_doubt_counts_nowhere_until_the_threshold_has_risen()
    {
        using var scope = NewDisposeScope();
        using var student = new VNet(2, 0);

        // A probability of 0.42: its entropy is 0.98 of the largest, above ¾ at the start and below 1 at the end.
        using var teacher = Certain(student, bias: Math.Log(0.42 / 0.58));
        var consistency = new UncertaintyConsistency(Options, iterations: 10);
        var images = randn([1, 1, 16, 16, 16]);
        Assert.Equal(0, consistency.Of(teacher, images, zeros_like(images), 0).item<float>());
        Assert.Equal(0.42 * 0.42, consistency.Of(teacher, images, zeros_like(images), 10).item<float>(), 1e-4);
    }

    // A teacher that says the same of every voxel.
    private static AveragedNetwork Certain(VNet student, double bias)
    {
        using var gradients = no_grad();
        student.state_dict()["out_conv2.weight"].fill_(0);
        student.state_dict()["out_conv2.bias"].fill_(bias);
        return new AveragedNetwork(student, dropout: 0);
    }
}
