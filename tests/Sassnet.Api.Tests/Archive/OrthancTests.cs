using System.Text.Json.Nodes;
using Sassnet.Api.Access;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>A real archive: pushed to by C-STORE, asked and given to by DICOMweb.</summary>
public sealed partial class OrthancTests : IDisposable
{
    private const int X = 22;
    private const int Y = 18;
    private const int Z = 20;
    private const string Study = StubArchive.Study;

    // Where in the patient the segmented voxels are, in hundredths of a millimetre: of a NIfTI segmentation (in RAS, turned to DICOM's LPS) and of a SEG.
    private const string Reader = """
        import gzip, struct, sys
        import numpy as np, pydicom
        nifti = gzip.decompress(open(sys.argv[1], "rb").read())
        shape = struct.unpack("<3h", nifti[42:48])
        affine = np.array(struct.unpack("<12f", nifti[280:328])).reshape(3, 4)
        voxels = np.frombuffer(nifti[352:], np.uint8).reshape(shape[::-1])
        k, j, i = np.nonzero(voxels)
        places = (affine[:, :3] @ np.array([i, j, k]) + affine[:, 3:]).T * [-1, -1, 1]
        expected = set(map(tuple, np.rint(places * 100).astype(int).tolist()))
        seg = pydicom.dcmread(sys.argv[2])
        shared = seg.SharedFunctionalGroupsSequence[0]
        across, down = [float(v) for v in shared.PixelMeasuresSequence[0].PixelSpacing][::-1]
        row = np.array([float(v) for v in shared.PlaneOrientationSequence[0].ImageOrientationPatient[:3]])
        column = np.array([float(v) for v in shared.PlaneOrientationSequence[0].ImageOrientationPatient[3:]])
        n, size = int(seg.NumberOfFrames), seg.Rows * seg.Columns
        if seg.SegmentationType == "BINARY":
            bits = np.unpackbits(np.frombuffer(seg.PixelData, np.uint8), bitorder="little")
        else:
            bits = np.frombuffer(seg.PixelData, np.uint8)
        frames = bits[: n * size].reshape(n, seg.Rows, seg.Columns)
        found = set()
        for frame, groups in zip(frames, seg.PerFrameFunctionalGroupsSequence):
            origin = np.array([float(v) for v in groups.PlanePositionSequence[0].ImagePositionPatient])
            for y, x in zip(*np.nonzero(frame)):
                found.add(tuple(np.rint((origin + row * across * x + column * down * y) * 100).astype(int).tolist()))
        sr = pydicom.dcmread(sys.argv[3])
        evidence = [sop.ReferencedSOPInstanceUID for study in sr.CurrentRequestedProcedureEvidenceSequence for series in study.ReferencedSeriesSequence for sop in series.ReferencedSOPSequence]
        print("voxels", len(expected), "equal" if expected == found else "%d differ" % len(expected ^ found))
        print("patient", seg.PatientID, seg.StudyInstanceUID)
        print("report", sr.Modality, "refers" if seg.SOPInstanceUID in evidence else "does not refer")
        """;

    private static readonly double[] Voxels = Scan.Voxels(X, Y, Z);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-orthanc-tests-").FullName;

    private static DicomScan Ball { get; } = new()
    {
        Columns = X,
        Rows = Y,
        Slices = Z,
        Orientation = [0.8, 0.6, 0, -0.48, 0.64, 0.6],
        Value = (column, row, slice) => (short)Voxels[(((slice * Y) + row) * X) + column],
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_a_modality_pushes_is_segmented_and_every_voxel_is_in_the_archive_at_its_place()
    {
        await using var orthanc = await OrthancServer.StartAsync();
        orthanc.Push(Ball.Classic());
        await using var service = await StartAsync(orthanc);

        var id = await service.Client.OrderedAsync(Study, DicomScan.SeriesUid);
        var job = await service.Client.WaitAsync(id);

        job.AssertSucceeded();
        var series = await orthanc.SeriesAsync(Study);
        Assert.Equal((1, 1), (series["SEG"].Count(), series["SR"].Count()));
        Assert.Contains((DicomScan.SeriesUid, Z), series["MR"]);
        Assert.Equal(job.Outputs().Contains("dicom-parametric-map") ? 2 : 1, series["MR"].Count());
        await AssertSameAsync(orthanc, await service.Client.ResultAsync(id, "segmentation"));
    }

    [Fact]
    public async Task Of_a_study_the_scan_is_chosen_also_when_its_results_lie_beside_it_and_storing_them_again_makes_no_second_ones()
    {
        await using var orthanc = await OrthancServer.StartAsync();
        orthanc.Push(Ball.Classic());
        orthanc.Push(Enumerable.Range(0, 3).Select(slice => Ball.Slice(slice).Text(0x0020000E, "UI", "1.2.3").Text(0x00080018, "UI", $"1.2.3.{slice}").Text(0x00080060, "CS", "OT").ToBytes()));
        await using var service = await StartAsync(orthanc);
        var instances = new List<int>();
        for (var time = 0; time < 2; time++)
        {
            var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(Study, null));
            job.AssertSucceeded();
            instances.Add((await orthanc.SeriesAsync(Study)).SelectMany(group => group).Sum(series => series.Instances));
        }

        Assert.Equal(instances[0], instances[1]);
    }

    [Fact]
    public async Task A_process_killed_around_the_storing_leaves_no_second_object()
    {
        await using var orthanc = await OrthancServer.StartAsync();
        orthanc.Push(Ball.Classic());
        var (jobs, seed) = (Path.Combine(_folder, "jobs"), new Random(5));
        string id;
        await using (var first = await StartProcessAsync(orthanc, ("Sassnet__Jobs__Folder", jobs)))
        {
            id = await first.Client.OrderedAsync(Study, DicomScan.SeriesUid);
            await orthanc.SeriesAsync(Study, "SEG");
            await first.KillAsync();
        }

        for (var kill = 0; kill < 2; kill++)
        {
            await using var again = await StartProcessAsync(orthanc, ("Sassnet__Jobs__Folder", jobs), ("Sassnet__Jobs__MaxAttempts", "10"));
            await Task.Delay(seed.Next(500), TestContext.Current.CancellationToken);
            await again.KillAsync();
        }

        await using var last = await StartProcessAsync(orthanc, ("Sassnet__Jobs__Folder", jobs), ("Sassnet__Jobs__MaxAttempts", "10"));
        var job = await last.Client.WaitAsync(id);
        job.AssertSucceeded();
        var series = await orthanc.SeriesAsync(Study);
        Assert.Equal((1, 1), (Assert.Single(series["SEG"]).Instances, Assert.Single(series["SR"]).Instances));
        await AssertSameAsync(orthanc, await last.Client.ResultAsync(id, "segmentation"));
    }

    [Fact]
    public async Task A_study_that_is_not_there_and_wrong_credentials_are_said_so()
    {
        await using var orthanc = await OrthancServer.StartAsync();
        await using var service = await StartAsync(orthanc, ("Sassnet__Archive__Servers__wrong__Url", $"{orthanc.Client.BaseAddress}dicom-web/"));
        Assert.Equal("archive-not-found", (await service.Client.WaitAsync(await service.Client.OrderedAsync("1.2.3", null))).Problem().Slug);
        Assert.Equal("archive-not-found", (await service.Client.WaitAsync(await service.Client.OrderedAsync("1.2.3", "1.2.4"))).Problem().Slug);
        Assert.Equal("archive-denied", (await service.Client.WaitAsync(await service.Client.OrderedAsync("1.2.3", null, server: "wrong"))).Problem().Slug);
    }

    [Fact]
    public async Task A_stable_series_that_fits_the_rule_starts_one_job_by_the_script_that_is_shipped()
    {
        // Each needs the other's address: the archive is started with that of a port that the service then listens on.
        var keys = new KeyFile(Path.Combine(_folder, "keys.json"));
        var (key, text) = ApiKey.Make("front door", [Scope.Jobs, Scope.Archive], DateTimeOffset.UtcNow, null);
        keys.Change(_ => [key]);
        var rule = new JsonObject { ["Model"] = RandomModel.Name };
        var address = $"http://127.0.0.1:{FreePorts.One()}";
        await using var orthanc = await OrthancServer.StartAsync(rule, ("SASSNET_JOBS", $"{address}/jobs"), ("SASSNET_KEY", text));
        await using var service = await ServiceProcess.StartAsync(null, [.. orthanc.Settings("orthanc"), ("ASPNETCORE_URLS", address), ("Sassnet__Access__KeyFile", keys.Path)]);
        service.Client.DefaultRequestHeaders.Authorization = new("Bearer", text);

        orthanc.Push(Ball.Classic());
        orthanc.Push(Enumerable.Range(0, 3).Select(slice => Ball.Slice(slice).Text(0x0020000E, "UI", "1.2.3").Text(0x00080018, "UI", $"1.2.3.{slice}").ToBytes()));
        await orthanc.SeriesAsync(Study, "SEG");
        var job = Assert.Single((await JobsAsync(service)).EnumerateArray());
        var id = job.GetProperty("id").GetString()!;
        (await service.Client.WaitAsync(id)).AssertSucceeded();
        await AssertSameAsync(orthanc, await service.Client.ResultAsync(id, "segmentation"));

        // The results became stable too, the map with its source's modality, and the series is pushed once more: no further job.
        orthanc.Push(Ball.Classic());
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Single((await JobsAsync(service)).EnumerateArray());
        Assert.DoesNotContain(orthanc.Lines, line => line.Contains("Error", StringComparison.Ordinal) || line.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_enhanced_series_that_is_pushed_has_as_many_images_as_frames_and_one_of_few_starts_no_job()
    {
        var address = $"http://127.0.0.1:{FreePorts.One()}";
        await using var orthanc = await OrthancServer.StartAsync(new JsonObject { ["Model"] = RandomModel.Name }, ("SASSNET_JOBS", $"{address}/jobs"));
        await using var service = await ServiceProcess.StartAsync(null, [.. orthanc.Settings("orthanc"), ("ASPNETCORE_URLS", address)]);

        var few = (Ball with { Slices = 3 }).Enhanced(0, 1, 2);
        orthanc.Push([few.Text(0x0020000E, "UI", "1.2.3").Text(0x00080018, "UI", "1.2.3.1").ToBytes()]);
        orthanc.Push([Ball.Enhanced([.. Enumerable.Range(0, Z)]).ToBytes()]);
        await orthanc.SeriesAsync(Study, "SEG");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var job = Assert.Single((await JobsAsync(service)).EnumerateArray());
        (await service.Client.WaitAsync(job.GetProperty("id").GetString()!)).AssertSucceeded();
        Assert.Contains((DicomScan.SeriesUid, 1), (await orthanc.SeriesAsync(Study))["MR"]);

        // Nor of the results, of which the map has its source's modality.
        var said = Assert.Single(orthanc.Lines, line => line.Contains("Sassnet is not asked", StringComparison.Ordinal));
        Assert.EndsWith(": it has 3 images; accepted by SASSNET_MIN_IMAGES: 16 and more", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "its modality is CT; accepted by SASSNET_MODALITY: \"MR\"")]
    [InlineData("MR;CT", null, "it has 3 images; accepted by SASSNET_MIN_IMAGES: 16 and more")]
    [InlineData("MR;CT", "4", "it has 3 images; accepted by SASSNET_MIN_IMAGES: 4 and more")]
    [InlineData("ct", "few", "SASSNET_MIN_IMAGES is \"few\"; accepted: a number of images")]
    [InlineData("MR; CT", "3", null)]
    [InlineData("ct", "2", null)]
    public async Task The_environment_says_which_series_a_job_is_asked_for_and_the_archives_log_why_for_none(string? modality, string? images, string? why)
    {
        (string, string?)[] variables = [("SASSNET_MODALITY", modality), ("SASSNET_MIN_IMAGES", images)];
        await using var orthanc = await OrthancServer.StartAsync(
            [],
            [("SASSNET_JOBS", $"http://127.0.0.1:{FreePorts.One()}/jobs"), .. variables.Where(variable => variable.Item2 is not null).Select(variable => (variable.Item1, variable.Item2!))]);
        orthanc.Push(Enumerable.Range(0, 3).Select(slice => Ball.Slice(slice).Text(0x00080060, "CS", "CT").ToBytes()));

        // Nobody answers at that port: what is asked for is said to be refused.
        string? said = null;
        for (var tries = 0; said is null && tries < 300; tries++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            said = orthanc.Lines.FirstOrDefault(line => line.Contains("Sassnet is not asked", StringComparison.Ordinal) || TookNoJob().IsMatch(line));
        }

        Assert.True(said is not null, string.Join('\n', orthanc.Lines));
        if (why is null)
            Assert.Matches(TookNoJob(), said);
        else
            Assert.Matches($"Sassnet is not asked for series [-0-9a-f]+: {System.Text.RegularExpressions.Regex.Escape(why)}$", said);
    }

    [Fact]
    public async Task What_the_archive_logs_of_a_series_that_no_job_was_taken_for_leads_to_one_by_hand()
    {
        await using var orthanc = await OrthancServer.StartAsync([], ("SASSNET_JOBS", $"http://127.0.0.1:{FreePorts.One()}/jobs"));
        orthanc.Push(Ball.Classic());
        System.Text.RegularExpressions.Match found;
        for (var tries = 0; !(found = TookNoJob().Match(string.Join('\n', orthanc.Lines))).Success && tries < 300; tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.True(found.Success, string.Join('\n', orthanc.Lines));

        await using var service = await StartAsync(orthanc);
        var id = await service.Client.OrderedAsync(await UidAsync(found.Groups[2].Value, "StudyInstanceUID"), await UidAsync(found.Groups[1].Value, "SeriesInstanceUID"));
        (await service.Client.WaitAsync(id)).AssertSucceeded();

        async Task<string> UidAsync(string path, string tag)
        {
            using var response = await orthanc.Client.GetAsync(path, TestContext.Current.CancellationToken);
            return (await ProblemAssert.JsonAsync(response)).GetProperty("MainDicomTags").GetProperty(tag).GetString()!;
        }
    }

    [Fact]
    public async Task The_archives_log_says_why_the_service_took_no_job_and_what_key_it_wants()
    {
        var keys = new KeyFile(Path.Combine(_folder, "keys.json"));
        var (key, text) = ApiKey.Make("front door", [Scope.Jobs], DateTimeOffset.UtcNow, null);
        keys.Change(_ => [key]);
        var address = $"http://127.0.0.1:{FreePorts.One()}";
        var rule = new JsonObject { ["Model"] = RandomModel.Name };
        await using var orthanc = await OrthancServer.StartAsync(rule, ("SASSNET_JOBS", $"{address}/jobs"), ("SASSNET_KEY", text));
        await using var service = await ServiceProcess.StartAsync(null, [.. orthanc.Settings("orthanc"), ("ASPNETCORE_URLS", address), ("Sassnet__Access__KeyFile", keys.Path)]);
        orthanc.Push(Ball.Classic());
        for (var tries = 0; !orthanc.Lines.Any(line => TookNoJob().IsMatch(line)) && tries < 300; tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        var lines = orthanc.Lines.ToList();
        var told = lines.FindIndex(line => TookNoJob().IsMatch(line));
        Assert.True(told >= 0, string.Join('\n', lines));
        Assert.Contains("for 401 and 403 SASSNET_KEY has to be a key with the scopes jobs and archive", lines[told], StringComparison.Ordinal);
        Assert.Contains(lines[..told], line => line.Contains("received HTTP status 403", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(text, StringComparison.Ordinal) || line.Contains(DicomScan.SeriesUid, StringComparison.Ordinal) || line.Contains(Ball.PatientName, StringComparison.Ordinal));
    }

    [System.Text.RegularExpressions.GeneratedRegex("took no job for series .* with the UIDs in (/series/[-0-9a-f]+) and (/series/[-0-9a-f]+/study)")]
    private static partial System.Text.RegularExpressions.Regex TookNoJob();

    private static async Task<System.Text.Json.JsonElement> JobsAsync(ServiceProcess service)
    {
        using var response = await service.Client.GetAsync("/jobs", TestContext.Current.CancellationToken);
        return (await ProblemAssert.JsonAsync(response)).GetProperty("jobs");
    }

    private static Task<ServiceProcess> StartProcessAsync(OrthancServer orthanc, params (string, string)[] settings) =>
        ServiceProcess.StartAsync(null, [.. orthanc.Settings("pacs"), .. settings]);

    private static Task<TestService> StartAsync(OrthancServer orthanc, params (string Key, string Value)[] settings) =>
        TestService.StartAsync([.. orthanc.Settings("pacs").Concat(settings).Select(variable => (variable.Item1.Replace("__", ":", StringComparison.Ordinal), variable.Item2))]);

    private async Task AssertSameAsync(OrthancServer orthanc, byte[] segmentation)
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/pydicom"), "needs the package python3-pydicom, which is not installed");
        var seg = Assert.Single(await orthanc.FetchAsync(Study, await orthanc.SeriesAsync(Study, "SEG")));
        var report = Assert.Single(await orthanc.FetchAsync(Study, await orthanc.SeriesAsync(Study, "SR")));
        string[] paths = [.. ((string[])["read.py", "segmentation.nii.gz", "seg.dcm", "sr.dcm"]).Select(name => Path.Combine(_folder, name))];
        await File.WriteAllTextAsync(paths[0], Reader, TestContext.Current.CancellationToken);
        foreach (var (path, bytes) in paths.Skip(1).Zip((byte[][])[segmentation, seg, report]))
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        var lines = Tools.Run("python3", paths).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^voxels [1-9][0-9]* equal$", lines[0]);
        Assert.Equal([$"patient ID-1 {Study}", "report SR refers"], lines[1..]);
    }
}
