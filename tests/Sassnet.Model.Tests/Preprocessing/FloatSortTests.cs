using Sassnet.Model.Preprocessing;
using Xunit;

namespace Sassnet.Model.Tests.Preprocessing;

public class FloatSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(50_001)]
    public void Values_come_in_the_order_of_comparing_them(int count)
    {
        var random = new Random(count);
        float[] odd = [0, float.NaN, float.NegativeInfinity, float.PositiveInfinity, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, -1, 1];
        var values = Enumerable.Range(0, count)
            .Select(i => i % 3 == 0 ? odd[random.Next(odd.Length)] : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30))))
            .ToArray();
        var expected = (float[])values.Clone();
        Array.Sort(expected);

        FloatSort.Sort(values);

        Assert.Equal(expected, values);
    }
}
