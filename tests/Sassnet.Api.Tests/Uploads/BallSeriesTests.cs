using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Api.Tests.Uploads;

/// <summary>The ball as a DICOM series whose patient has a name to look for, sent to the shared service.</summary>
public abstract class BallSeriesTests
{
    protected const int X = 20;
    protected const int Y = 18;
    protected const int Z = 16;
    protected const string Secret = "DOEJANE19700101";

    private static readonly double[] Voxels = Scan.Voxels(X, Y, Z);

    protected BallSeriesTests(SharedService shared) => Service = shared.Service;

    protected static DicomScan Ball { get; } = new()
    {
        Columns = X,
        Rows = Y,
        Slices = Z,
        PatientName = Secret,
        Value = (column, row, slice) => (short)Voxels[(((slice * Y) + (Y - 1 - row)) * X) + column],
    };

    /// <summary>The same scan as NIfTI: rows from bottom to top, in RAS.</summary>
    protected static byte[] Nifti { get; } = new NiftiBytes
    {
        Dim = [3, X, Y, Z, 1, 1, 1, 1],
        Stored = Voxels,
        PixDim = [-1, 1.25, 1.5, 2, 0, 0, 0, 0],
        QformCode = 0,
        SRow = [-1.25, 0, 0, 10, 0, 1.5, 0, 20 - (1.5 * (Y - 1)), 0, 0, 2, -30],
    }.ToBytes();

    protected TestService Service { get; }

    /// <summary>Files as parts of a form, each under the patient's name.</summary>
    protected static MultipartFormDataContent Form(params byte[][] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files)
            form.Add(new ByteArrayContent(file), "volume", $"{Secret}.dcm");
        return form;
    }

    protected Task<HttpResponseMessage> PostAsync(HttpContent content, string query) =>
        Service.Client.PostAsync($"/segment{query}", content, TestContext.Current.CancellationToken);

    /// <summary>Posts what is to be refused, and gives the detail of the problem.</summary>
    protected async Task<string> RefusedAsync(HttpContent content, int status, string slug, string query = "")
    {
        using var response = await PostAsync(content, query);
        content.Dispose();
        var detail = await ProblemAssert.IsAsync(response, status, slug);
        await Service.AssertNoFilesLeftAsync();
        return detail;
    }
}
