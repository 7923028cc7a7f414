using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;

namespace Sassnet.Api.Tests.Archive;

/// <summary>An archive whose one series is a ball, <see cref="Side"/> voxels each way.</summary>
internal static class BallArchive
{
    public const int Side = 20;

    private static readonly double[] Voxels = Scan.Voxels(Side, Side, Side);

    public static DicomScan Ball { get; } = new()
    {
        Columns = Side,
        Rows = Side,
        Slices = Side,
        Value = (column, row, slice) => (short)Voxels[(((slice * Side) + row) * Side) + column],
    };

    /// <summary>Starts one, which lists its series.</summary>
    public static async Task<StubArchive> StartAsync(Action<ListenOptions>? listening = null)
    {
        var archive = await StubArchive.StartAsync([.. Ball.Classic()], listening);
        Renew(archive);
        return archive;
    }

    /// <summary>Makes of one what it was when it started.</summary>
    public static void Renew(StubArchive archive)
    {
        archive.Forget();
        archive.Series = $"[{StubArchive.Listed(DicomScan.SeriesUid, "MR", Side)}]";
    }
}
