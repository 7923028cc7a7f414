using Sassnet.Model.Networks;
using Sassnet.Training.Configuration;
using Sassnet.Training.Methods;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public class MeanTeacherTests
{
    [Fact]
    public void A_teacher_begins_equal_to_its_student()
    {
        using var student = new VNet(1, 0);
        using var teacher = new MeanTeacher(student, new TeacherOptions(), dropout: 0);
        Assert.All(student.state_dict(), pair => Assert.True(pair.Value.allclose(teacher.Network.state_dict()[pair.Key]), pair.Key));
        Assert.All(teacher.Network.parameters(), parameter => Assert.False(parameter.requires_grad));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.5)]
    [InlineData(9, 0.9)]
    [InlineData(5000, 0.99)]
    public void It_keeps_less_of_itself_in_the_first_iterations(int iteration, double kept)
    {
        using var scope = NewDisposeScope();
        using var student = new VNet(1, 0);
        using var teacher = new MeanTeacher(student, new TeacherOptions(), dropout: 0);
        var (before, own) = (student.state_dict()["block_three.conv.0.weight"].clone(), teacher.Network.state_dict()["block_three.conv.0.weight"]);
        using (no_grad())
            student.state_dict()["block_three.conv.0.weight"].fill_(3);
        teacher.Follow(student, iteration);
        Assert.True(own.allclose((before * kept) + (3 * (1 - kept)), atol: 1e-6));
    }
}
