using System.IO.Compression;
using System.Net;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>A NIfTI answer lies on the input's exact grid: the header fields that place it are the input's own, number by number.</summary>
public sealed class GridTests(SharedService shared)
{
    private static readonly NiftiBytes Plain = Scan.Ball(20, 18, 16);

    public static TheoryData<string, string> Cases { get; } =
    [
        .. from scan in (string[])["int16", "float32", "big-endian", "NIfTI-2", "oblique", "oblique, mirrored", "qform only", "LPS sform"]
           from output in (string[])["segmentation", "probability", "sdm", "distance"]
           select new TheoryDataRow<string, string>(scan, output),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_geometry_of_an_answer_is_the_inputs(string scan, string output)
    {
        var input = Make(scan).ToBytes();
        using var response = await shared.Service.SegmentAsync(input, $"?output={output}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var content = new MemoryStream();
        await using (var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress))
            await gzip.CopyToAsync(content, TestContext.Current.CancellationToken);
        var (sent, answered) = (HeaderFields.Read(input), HeaderFields.Read(content.ToArray()));
        Assert.Equal(sent.Geometry, answered.Geometry);
        Assert.Equal([1, 0], answered.Scaling);
        Assert.Equal(output == "segmentation" ? 2 : 16, answered.DataType);
        Assert.Equal(answered.VoxelsAt + (20 * 18 * 16 * (output == "segmentation" ? 1 : 4)), content.Length);
    }

    private static NiftiBytes Make(string scan) => scan switch
    {
        "int16" => With(),
        "float32" => With(dataType: 16),
        "big-endian" => With(bigEndian: true),
        "NIfTI-2" => With(version: 2),
        "oblique" => Oblique(1),
        "oblique, mirrored" => Oblique(-1),
        "qform only" => With(sformCode: 0),
        "LPS sform" => With(sRow: [-1.5, 0, 0, 10, 0, -1.25, 0, 20, 0, 0, 2, -30], qformCode: 0),
        _ => throw new ArgumentOutOfRangeException(nameof(scan), scan, null),
    };

    private static NiftiBytes With(
        short dataType = 4, bool bigEndian = false, int version = 1, int sformCode = 1, int qformCode = 1, double[]? sRow = null, double[]? quaternion = null, double qfac = 1) => new()
        {
            Dim = Plain.Dim,
            Stored = Plain.Stored,
            DataType = dataType,
            BigEndian = bigEndian,
            Version = version,
            SformCode = sformCode,
            QformCode = qformCode,
            PixDim = [qfac, 1.5, 1.25, 2, 0, 0, 0, 0],
            Quaternion = quaternion ?? Plain.Quaternion,
            SRow = sRow ?? Plain.SRow,
        };

    /// <summary>Rotated about a slanted axis; the sform says the same as the qform (nifti1.h, method 2).</summary>
    private static NiftiBytes Oblique(int qfac)
    {
        var (b, c, d) = (0.1, -0.2, 0.15);
        var a = Math.Sqrt(1 - (b * b) - (c * c) - (d * d));
        double[][] rotation =
        [
            [(a * a) + (b * b) - (c * c) - (d * d), 2 * ((b * c) - (a * d)), 2 * ((b * d) + (a * c))],
            [2 * ((b * c) + (a * d)), (a * a) + (c * c) - (b * b) - (d * d), 2 * ((c * d) - (a * b))],
            [2 * ((b * d) - (a * c)), 2 * ((c * d) + (a * b)), (a * a) + (d * d) - (b * b) - (c * c)],
        ];
        double[] offset = [-10, -20, -30];
        var rows = rotation.SelectMany((row, i) => (double[])[row[0] * 1.5, row[1] * 1.25, row[2] * 2 * qfac, offset[i]]).ToArray();
        return With(sRow: rows, quaternion: [b, c, d], qfac: qfac);
    }
}
