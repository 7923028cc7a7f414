using Sassnet.Model.Dicom.Decoders;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>
/// A folder in which the decoders of JPEG and JPEG 2000 are a script, and a compressed series that needs one. Tests with it are one collection, run one after
/// the other: the kernel counts the processes of all scripts together.
/// </summary>
internal sealed class ScriptedDecoder : IDisposable
{
    /// <summary>A JPEG lossless image's header; the scripts do not look further.</summary>
    public static readonly byte[] JpegHeader = [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0, 5, 0, 6, 1, 1, 0x11, 0, 0];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");

    /// <summary>Whether the kernel lets a decoder see no file but its own.</summary>
    public static bool HidesFiles => (Environment.IsPrivilegedProcess && Grants("--mount", "--net", "--ipc", "--pid"))
        || (!Environment.IsPrivilegedProcess && Grants("--user", "--map-root-user", "--mount", "--net", "--ipc", "--pid"));

    /// <summary>Three slices, each with nothing but the header of a JPEG lossless image.</summary>
    public DicomFolder Series { get; } = new(Enumerable.Range(0, 3).Select(slice => Compressed(slice, JpegHeader)));

    /// <summary>Where the script is.</summary>
    public string Folder => _folder.FullName;

    /// <summary>A slice with a frame of JPEG lossless.</summary>
    public static byte[] Compressed(int slice, byte[] frame) => new DicomScan { Syntax = "1.2.840.10008.1.2.4.70" }.Slice(slice).Fragments([], frame).ToBytes();

    /// <summary>Whether the kernel gives this user such namespaces.</summary>
    public static bool Grants(params IEnumerable<string> namespaces)
    {
        using var process = System.Diagnostics.Process.Start("unshare", [.. namespaces, "--fork", "--kill-child", "--", "true"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>The folder with this script in it, and the system's programs.</summary>
    public PixelDecoderOptions Running(string script)
    {
        // The decoder may run as another user.
        File.SetUnixFileMode(_folder.FullName, File.GetUnixFileMode(_folder.FullName) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        foreach (var name in (string[])["dcmdjpeg", "opj_decompress"])
        {
            var path = Path.Combine(_folder.FullName, name);
            File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        return new PixelDecoderOptions { SearchPath = $"{_folder.FullName}:/usr/bin:/bin" };
    }

    /// <summary>What the scripts left in their working folders.</summary>
    public IEnumerable<string> Left(string name) => Directory.EnumerateFiles(Series.Scratch, name, SearchOption.AllDirectories);

    public void Dispose()
    {
        Series.Dispose();
        _folder.Delete(recursive: true);
    }
}
