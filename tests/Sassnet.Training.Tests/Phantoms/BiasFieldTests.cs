using Sassnet.Training.Phantoms;
using Sassnet.Training.Seeds;
using Xunit;

namespace Sassnet.Training.Tests.Phantoms;

public sealed class BiasFieldTests
{
    private static readonly double[] Ends = [-1, 0, 1];

    [Fact]
    public void Bias_field_stays_within_its_strength_and_is_not_flat()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var field = new BiasField(new RandomNumbers(seed), 0.3);
            var corners = from x in Ends from y in Ends from z in Ends select field.At(new Point(x, y, z));
            Assert.All(corners, value => Assert.InRange(value, 0.7, 1.3));
            Assert.True(corners.Max() - corners.Min() > 1e-4);
        }
    }
}
