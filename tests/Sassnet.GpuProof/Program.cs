using System.CommandLine;
using Sassnet.GpuProof;
using Sassnet.Model.Devices;
using Sassnet.Model.Native;

const int Missed = 1;
const int WrongUse = 2;

var device = new Option<string>("--device") { Description = "Where: cuda:N, or cpu to try the tool itself.", DefaultValueFactory = _ => "cuda:0" };
var rounds = new Option<int>("--rounds") { Description = "How often each thing is timed.", DefaultValueFactory = _ => 10 };
var quick = new Option<bool>("--quick") { Description = "Small crops, networks and scans: shows that everything runs; the times say nothing." };
var recorded = new Option<string?>("--recorded") { Description = "A folder of values recorded on scans, to be met besides those that come with the tool." };
var only = new Option<string[]>("--only") { Description = "Only parts whose names contain this word, such as golden, iteration-sassnet or bfloat16; may be given several times.", DefaultValueFactory = _ => [] };
var alone = new Option<string?>("--part") { Description = "Run one part in this process.", Hidden = true };
var root = new RootCommand("Compares results on a device with recorded ones, times training and serving there, and prints a table. Exit code 1: a tolerance is missed or a part failed.")
{
    device, rounds, quick, recorded, only, alone,
};
root.SetAction(asked =>
{
    try
    {
        TorchRuntime.Load();
        var name = asked.GetValue(device)!;
        var settings = new ProofSettings(name, TorchDevice.Find(name), asked.GetValue(recorded), Math.Max(1, asked.GetValue(rounds)), asked.GetValue(quick));
        var parts = Proof.Parts(settings);
        if (asked.GetValue(alone) is { } part)
        {
            Proof.RunHere(parts.Single(one => one.Name == part), settings);
            return 0;
        }

        string[] words = asked.GetValue(only) ?? [];
        var chosen = parts.Where(one => words.Length == 0 || words.Any(word => one.Name.Contains(word, StringComparison.Ordinal))).ToList();
        if (chosen.Count > 0)
            return Proof.RunAll(chosen, settings, args) ? 0 : Missed;
        Console.Error.WriteLine($"error: no part's name contains {string.Join(" or ", words)}; the parts: {string.Join(", ", parts.Select(one => one.Name))}");
        return WrongUse;
    }
    catch (Exception failure) when (failure is TorchUnavailableException or ArgumentException)
    {
        Console.Error.WriteLine($"error: {failure.Message}");
        return WrongUse;
    }
});
return root.Parse(args).Invoke();
