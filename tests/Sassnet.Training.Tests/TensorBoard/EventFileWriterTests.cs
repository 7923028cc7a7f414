using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;
using Sassnet.Training.TensorBoard;
using Xunit;

namespace Sassnet.Training.Tests.TensorBoard;

public sealed class EventFileWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-events-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reader_of_the_tests_computes_the_published_checksum() => Assert.Equal(0xE3069283u, EventFileReader.Crc32C("123456789"u8));

    [Fact]
    public void Scalars_come_back_in_order_with_tag_value_step_and_time()
    {
        var clock = new FixedTime(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250));
        using (var writer = new EventFileWriter(_folder, clock))
        {
            writer.WriteScalar("loss/dice", 0.625f, 0);
            clock.Now += TimeSpan.FromSeconds(1.5);
            writer.WriteScalar("loss/dice", float.NaN, 150);
            writer.WriteScalar("vérité/µ", -1e-30f, long.MaxValue);
        }

        var events = EventFileReader.Read(OnlyFile());
        Assert.Equal(
            [
                new DecodedEvent(1_700_000_000.25, 0, "brain.Event:2", null, null, null),
                new DecodedEvent(1_700_000_000.25, 0, null, "loss/dice", 0.625f, null),
                new DecodedEvent(1_700_000_001.75, 150, null, "loss/dice", float.NaN, null),
                new DecodedEvent(1_700_000_001.75, long.MaxValue, null, "vérité/µ", -1e-30f, null),
            ],
            events);
    }

    [Fact]
    public void File_is_named_so_that_TensorBoard_finds_it()
    {
        using var writer = new EventFileWriter(Path.Combine(_folder, "deeper", "run"), TimeProvider.System);
        Assert.Matches(@"/deeper/run/events\.out\.tfevents\.\d{10}\.\d{3}$", writer.Path);
    }

    [Fact]
    public void Flushed_scalars_are_readable_while_the_run_goes_on()
    {
        using var writer = new EventFileWriter(_folder, TimeProvider.System);
        writer.WriteScalar("rate", 1, 1);
        Assert.Equal(2, EventFileReader.Read(writer.Path).Count);
    }

    [Fact]
    public void A_picture_is_written_with_its_size_and_step()
    {
        using var writer = new EventFileWriter(_folder, TimeProvider.System);
        using var picture = SlicePicture.Of(new Volume(new GridSize(20, 10, 4), new float[800], Affine.Scaling(VoxelSize.Unit)), AnatomicalPlane.Axial, 2);
        writer.WritePicture("validation/a", picture, 500);
        var read = EventFileReader.Read(writer.Path)[1];
        Assert.Equal(("validation/a", 500), (read.Tag, read.Step));
        Assert.Equal(picture.ToPng(), read.Picture);
    }

    [Fact]
    public void Every_start_writes_its_own_file_even_within_a_second_and_names_sort_by_start()
    {
        var clock = new FixedTime(DateTimeOffset.FromUnixTimeSeconds(999_999_999));
        var paths = new List<string>();
        foreach (var wait in new[] { 0, 0, 1 })
        {
            clock.Now += TimeSpan.FromSeconds(wait);
            using var writer = new EventFileWriter(_folder, clock);
            writer.WriteScalar("start", paths.Count, paths.Count);
            paths.Add(writer.Path);
        }

        Assert.Equal(paths, Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
        Assert.Equal([0f, 1f, 2f], paths.Select(path => EventFileReader.Read(path)[1].Value!.Value));
    }

    [Fact]
    public void A_start_whose_clock_is_behind_that_of_an_earlier_one_has_a_name_that_sorts_after_it()
    {
        File.WriteAllText(Path.Combine(_folder, "events.out.tfevents.profile"), "");
        var clock = new FixedTime(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var paths = new List<string>();
        foreach (var moved in new[] { 0, -3600, -60, 7200 })
        {
            clock.Now += TimeSpan.FromSeconds(moved);
            using var writer = new EventFileWriter(_folder, clock);
            paths.Add(writer.Path);
        }

        Assert.Equal(paths, paths.Order(StringComparer.Ordinal));
        Assert.EndsWith(".1700003540.000", paths[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Resumed_run_tells_readers_to_drop_later_steps_of_earlier_files()
    {
        using (var writer = new EventFileWriter(_folder, TimeProvider.System, resumedAtStep: 300))
            writer.WriteScalar("loss", 1, 300);
        var restart = EventFileReader.Read(OnlyFile())[1];
        Assert.Equal(1, restart.SessionStatus);
        Assert.Equal(300, restart.Step);
    }

    [Fact]
    public void Negative_steps_and_empty_tags_are_refused()
    {
        using var writer = new EventFileWriter(_folder, TimeProvider.System);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteScalar("loss", 0, -1));
        Assert.Throws<ArgumentException>(() => writer.WriteScalar(string.Empty, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventFileWriter(_folder, TimeProvider.System, -1));
    }

    private string OnlyFile() => Assert.Single(Directory.GetFiles(_folder));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
