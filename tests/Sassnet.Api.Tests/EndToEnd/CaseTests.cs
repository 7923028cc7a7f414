using System.IO.Compression;
using System.Net;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Metrics;
using Sassnet.Model.VolumeFiles;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

/// <summary>Copies of the phantom of <c>docs/</c> as scanners and programs might write them, odd but whole, and one that is not (<c>tests/cases</c>).</summary>
public sealed class CaseTests(BundledService bundled) : IClassFixture<BundledService>
{
    [Theory]
    [InlineData("quat_nan.nii.gz", "quatern_b is NaN")]
    [InlineData("pixdim_negative.nii.gz", "pixdim[1] is -1.25")]
    [InlineData("gz_trailing_zeros.nii.gz", null)]
    [InlineData("zip_colon.zip", null)]
    [InlineData("zip_report_docx.zip", "zip file (1)")]
    public async Task Odd_but_whole_scans_are_segmented_whole_with_a_warning_where_something_was_not_taken_at_its_word(string name, string? warning)
    {
        var body = Case(name);
        using var answer = await bundled.Service.SegmentAsync(body, "?model=phantom");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var labels = VolumeFile.Read(new MemoryStream(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)), ct: TestContext.Current.CancellationToken);
        var truth = VolumeFile.Read(Path.Combine(RepositoryFiles.Root, "docs", "phantom-label.nii.gz"), ct: TestContext.Current.CancellationToken);
        var dice = Overlap.Between(InOrderOf(truth, labels), Bytes(truth)).Dice;
        Assert.True(dice > 0.93, $"Dice {dice:0.0000}");
        Assert.Empty(labels.Warnings);

        using var report = await bundled.Service.SegmentAsync(body, "?model=phantom&output=report");
        var warnings = (await ProblemAssert.JsonAsync(report)).GetProperty("warnings").EnumerateArray().Select(text => text.ToString()).ToList();
        if (warning is null)
            Assert.Empty(warnings);
        else
            Assert.Contains(warning, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_whose_last_slices_are_empty_is_refused_by_their_numbers()
    {
        using var answer = await bundled.Service.SegmentAsync(Case("last_zero_bytes.zip"), "?model=phantom");

        var detail = await ProblemAssert.IsAsync(answer, 400, "unreadable-file");
        Assert.Contains("6 of 48 files", detail, StringComparison.Ordinal);
        Assert.Contains("43 (empty), 44 (empty), 45 (empty), 46 (empty), 47 (empty), 48 (empty)", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_files_are_refused_as_parts_and_served_without_the_empty_ones_only_when_the_sender_leaves_them_out()
    {
        using var zip = new ZipArchive(new MemoryStream(Case("last_zero_bytes.zip")));
        var files = zip.Entries.Select(Content).ToList();

        using var all = await PostAsync(files);
        using var sound = await PostAsync(files.Where(file => file.Length > 0));

        Assert.Contains("43 (empty)", await ProblemAssert.IsAsync(all, 400, "unreadable-file"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, sound.StatusCode);
    }

    private static byte[] Case(string name) => File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "tests", "cases", name));

    private static byte[] Content(ZipArchiveEntry entry)
    {
        var content = new MemoryStream();
        using var stream = entry.Open();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Bytes(VolumeFile file) => [.. file.Volume.Voxels.Select(value => (byte)value)];

    /// <summary>The labels in the order of the truth's voxels: by their places in the patient, whatever the order of the axes.</summary>
    private static byte[] InOrderOf(VolumeFile truth, VolumeFile labels)
    {
        var (size, from, to) = (labels.Volume.Size, labels.Volume.Affine, truth.Volume.Affine);
        Assert.Equal(truth.Volume.Size.Count, size.Count);
        var moved = new byte[size.Count];
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                for (var x = 0; x < size.X; x++)
                {
                    var (r, a, s) = from.Apply(x, y, z);
                    moved[truth.Volume.Size.IndexOf(Index(r, 0), Index(a, 1), Index(s, 2))] = (byte)labels.Volume.Voxels[size.IndexOf(x, y, z)];
                }
            }
        }

        return moved;

        // The truth's axes lie along R, A and S.
        int Index(double at, int axis) => (int)Math.Round((at - to[axis, 3]) / to[axis, axis]);
    }

    private Task<HttpResponseMessage> PostAsync(IEnumerable<byte[]> files)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files)
            form.Add(new ByteArrayContent(file), "volume", "slice");
        return bundled.Service.Client.PostAsync("/segment?model=phantom&output=report", form, TestContext.Current.CancellationToken);
    }
}
