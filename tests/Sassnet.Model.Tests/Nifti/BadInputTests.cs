using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Nifti;

public sealed class BadInputTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

    public static TheoryData<string> Refused => [.. BadInputs.All.Where(input => input.Slug is not null).Select(input => input.Title)];

    public static TheoryData<string> Accepted => [.. BadInputs.All.Where(input => input.Slug is null).Select(input => input.Title)];

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_table_has_every_row() => Assert.Equal(Enumerable.Range(1, 35), BadInputs.All.Select(input => input.Row).Distinct().Order());

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refused_input_is_an_invalid_volume_of_the_right_kind(string title)
    {
        var input = BadInputs.Find(title);

        var fault = Assert.Throws<InvalidVolumeException>(() => Read(input));

        Assert.Equal((input.Slug, input.Status), (fault.Slug, Status(fault.Kind)));
        Assert.EndsWith(".", fault.Message);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Accepted_input_is_a_volume_and_warns_where_a_field_was_not_taken_at_its_word(string title)
    {
        var input = BadInputs.Find(title);

        var file = Read(input);

        Assert.Equal(new GridSize(5, 6, 7), file.Volume.Size);
        Assert.Equal(Enumerable.Range(0, 210).Select(i => (i % 50) - 25f), file.Volume.Voxels);
        Assert.Equal(input.Warns, file.Warnings.Count > 0);
        Assert.Equal(-10, file.Volume.Affine[0, 3]);
    }

    [Theory]
    [InlineData("sizeof_hdr 349", "sizeof_hdr", "349", "348")]
    [InlineData("dim[0] 8", "dim[0]", "8", "1 to 7")]
    [InlineData("dim[2] 0", "dim[2]", "0", "1 and more")]
    [InlineData("two time points", "dim", "5x6x7x2", "one three-dimensional volume")]
    [InlineData("32767 cubed", "voxels", "32767x32767x32767", "134217728")]
    [InlineData("one byte of data missing", "cut short", "419", "420")]
    [InlineData("32767 x 64 x 64, gzipped", "in 64 bits needs 1073709056 bytes", "at most", "can be there")]
    [InlineData("vox_offset 100", "vox_offset", "100", "352")]
    [InlineData("type 3", "datatype", "3", "uint8 to uint64")]
    [InlineData("RGB", "datatype", "128", "float32")]
    [InlineData("scl_inter NaN", "scl_inter", "NaN", "finite")]
    [InlineData("last float32 voxel NaN", "(4, 5, 6)", "NaN", "finite")]
    [InlineData("pixdim[2] 0, qform only, NIfTI-1", "pixdim[2]", "0", "above 0")]
    [InlineData("quaternion longer than 1, qform only, NIfTI-1", "quatern_b", "2.4", "0 to 1")]
    [InlineData("sform with NaN", "srow_x[3]", "NaN", "finite")]
    [InlineData("sform with NaN beside a sound qform", "srow_x[3]", "NaN", "sform_code 1")]
    [InlineData("sform 10000000 mm away", "along y", "10000000", "at most 100000 mm")]
    [InlineData("NIfTI-2 qform 1E+39 m away", "qoffset_x", "1E+39", "at most 100000 mm")]
    [InlineData("a far corner too far away", "corners", "100011", "at most 100000 mm")]
    [InlineData("neither qform nor sform", "sform_code 0", "qform_code 0", "1 or more")]
    [InlineData("extension size -16", "byte 352", "-16", "8 to 32")]
    public void Message_names_the_field_the_value_seen_and_what_is_accepted(string title, string field, string seen, string accepted)
    {
        var message = Assert.Throws<InvalidVolumeException>(() => Read(BadInputs.Find(title))).Message;

        Assert.Contains(field, message);
        Assert.Contains(seen, message);
        Assert.Contains(accepted, message);
    }

    [Theory]
    [InlineData("bitpix 8 with int16", "bitpix is 8", "16 bits")]
    [InlineData("pixdim[2] -1.25, sform sound, NIfTI-1", "pixdim[2] is -1.25", "sform")]
    [InlineData("quaternion with NaN, sform sound, NIfTI-2", "quatern_c is NaN", "sform")]
    [InlineData("qoffset 1e7, sform sound, NIfTI-1", "qoffset_y is 10000000", "sform")]
    public void Warning_names_the_field_the_value_seen_and_what_is_used(string title, string seen, string used)
    {
        var warning = Assert.Single(Read(BadInputs.Find(title)).Warnings);

        Assert.Contains(seen, warning.Sentence);
        Assert.Contains(used, warning.Sentence);
    }

    private VolumeFile Read(BadInput input)
    {
        File.WriteAllBytes(_path, input.MakeBytes());
        return VolumeFile.Read(_path, ct: TestContext.Current.CancellationToken);
    }

    private static int Status(InvalidVolumeKind kind) => kind switch
    {
        InvalidVolumeKind.Malformed => 400,
        InvalidVolumeKind.TooLarge => 413,
        InvalidVolumeKind.Unsupported => 415,
        _ => 422,
    };
}
