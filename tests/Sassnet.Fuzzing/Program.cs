using System.Globalization;
using Sassnet.Fuzzing;
using Sassnet.Fuzzing.Targets;
using SharpFuzz;

// scripts/fuzz calls this: 'seeds' before a search, 'fuzz' under AFL++, 'replay' on what it found.
// Instrumented code runs only below Fuzzer.Run, so that none of it may be touched before.
Dictionary<string, Func<FuzzTarget>> targets = new()
{
    ["nii"] = () => NiftiTarget.Target,
    ["gzip"] = () => GzipTarget.Target,
    ["zip"] = () => ZipTarget.Target,
    ["multipart"] = () => MultipartTarget.Target,
    ["dicom"] = () => DicomTarget.Target,
    ["json"] = () => JsonTarget.Target,
};

if (args is not [var verb, var name, .. var rest] || !targets.TryGetValue(name, out var chosen))
    return Usage();
switch (verb, rest)
{
    case ("fuzz", []):
        Fuzzer.OutOfProcess.Run(stream => chosen().Try(Bytes(stream)));
        return 0;
    case ("seeds", [var folder]):
        WriteSeeds(chosen(), folder);
        return 0;
    case ("replay", [_, ..]):
        return rest.Count(file => !Replay(chosen(), file));
    default:
        return Usage();
}

int Usage()
{
    Console.Error.WriteLine($"Accepted: fuzz TARGET, seeds TARGET FOLDER or replay TARGET FILE...; TARGET is one of {string.Join(", ", targets.Keys)}.");
    return 2;
}

static byte[] Bytes(Stream stream)
{
    var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    return bytes.ToArray();
}

// The words lie beside the seeds, in the form of AFL++'s dictionaries.
static void WriteSeeds(FuzzTarget target, string folder)
{
    var seeds = Directory.CreateDirectory(Path.Combine(folder, "seeds")).FullName;
    foreach (var (index, seed) in target.Seeds().Index())
        File.WriteAllBytes(Path.Combine(seeds, index.ToString("D4", CultureInfo.InvariantCulture)), seed);
    var words = target.Words.Select(word => string.Concat(word.Select(one => FormattableString.Invariant($"\\x{one:X2}"))));
    File.WriteAllLines(Path.Combine(folder, "words"), words.Select(word => $"\"{word}\""));
}

static bool Replay(FuzzTarget target, string file)
{
    try
    {
        Console.WriteLine($"{file}: {target.Try(File.ReadAllBytes(file))}");
        return true;
    }
    catch (Exception finding)
    {
        Console.WriteLine($"{file}: {finding}");
        return false;
    }
}
