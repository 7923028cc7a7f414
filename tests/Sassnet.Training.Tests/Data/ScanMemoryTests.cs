using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class ScanMemoryTests
{
    private static readonly GridSize Size = new(256, 256, 64);
    private static readonly TrainingScan Scan = new("a", Size, Affine.Scaling(VoxelSize.Unit), new float[Size.Count], new byte[Size.Count]);

    [Fact]
    public void A_scan_takes_its_intensities_and_where_it_has_them_its_structures()
    {
        Assert.Equal(4 * 1000, ScanMemory.BytesOf(1000, hasMask: false));
        Assert.Equal(5 * 1000, ScanMemory.BytesOf(1000, hasMask: true));
    }

    [Fact]
    public void Memory_that_runs_out_while_scans_are_read_is_said_to_be_theirs_with_what_they_need()
    {
        var memory = new ScanMemory(500);
        Assert.Same(Scan, memory.Read(() => Scan));
        memory.Read(() => Scan);
        var failure = Assert.Throws<ScansOutOfMemoryException>(() => memory.Read(TooMuch));
        Assert.Contains(": 2 of 500 take 40 MB, so that all need about 9.8 GB. It is the machine's own memory, whatever the device. ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("A coarser 'preprocessing.spacingMm' or fewer scans, such as in 'data.unlabelled', need less", failure.Message, StringComparison.Ordinal);
        Assert.Equal(($"error: {failure.Message}", 1), Failures.Of(failure, "--device"));
    }

    [Fact]
    public void Memory_that_does_not_suffice_for_the_first_scan_is_said_so() =>
        Assert.Contains(": the first of 3 found none.", Assert.Throws<ScansOutOfMemoryException>(() => new ScanMemory(3).Read(TooMuch)).Message, StringComparison.Ordinal);

    // No array is as long.
    private static TrainingScan TooMuch() => Scan with { Mask = new byte[int.MaxValue] };
}
