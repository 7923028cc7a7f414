using System.Diagnostics;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.GpuProof;

/// <summary>The tool that proves a GPU, as a user starts it, on the processor.</summary>
public sealed class GpuProofTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-gpu-proof-").FullName;

    [Fact]
    public async Task Recorded_values_that_are_met_are_a_row_of_the_table_with_the_memory_it_took()
    {
        var (exit, output, errors) = await Run("--device", "cpu", "--only", "golden-network");
        Assert.Equal(0, exit);
        Assert.Matches(@"(?m)^\| golden-network, 2 values \| [0-9.]+E-[0-9]+ \((sdm|logits)\) \| ≤ 1E-4 \| met \| [0-9.]+ GB \|$", output);
        Assert.Contains("1/1 golden-network", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missed_tolerance_is_named_in_the_table_and_by_the_exit_code()
    {
        RecordNonsense();
        var (exit, output, _) = await Run("--device", "cpu", "--only", "golden-network", "--recorded", _folder);
        Assert.Equal(1, exit);
        Assert.Matches(@"(?m)^\| golden-network, 2 values .* \| met \|", output);
        Assert.Matches(@"(?m)^\| golden-network-scan, 2 values .* \| \*\*missed\*\* \|", output);
    }

    [Fact]
    public async Task A_part_that_fails_is_missed_and_the_others_run()
    {
        var (exit, output, _) = await Run("--device", "cpu", "--only", "golden-network", "--recorded", Path.Combine(_folder, "nowhere"));
        Assert.Equal(1, exit);
        Assert.Matches(@"(?m)^\| golden-network, 2 values .* \| met \|", output);
        Assert.Matches(@"(?m)^\| golden-network-scan \| ended with .* \| \*\*missed\*\* \|", output);
    }

    [Fact]
    public async Task A_training_step_draws_the_same_numbers_whenever_it_is_done()
    {
        var (exit, output, errors) = await Run("--device", "cpu", "--only", "seeded-draws");
        Assert.True(exit == 0, errors);
        Assert.Matches(@"(?m)^\| seeded-draws \| .* \| the same again, then another \| met \|", output);
    }

    [Fact]
    public async Task Every_method_and_every_mode_is_measured()
    {
        var (exit, output, errors) = await Run("--device", "cpu", "--quick", "--rounds", "1", "--only", "iteration-bcp-float32", "--only", "scan-window-float32");
        Assert.True(exit == 0, errors);
        Assert.Matches(@"(?m)^\| iteration-bcp-float32 \| [0-9.]+ s; with its data [0-9.]+ s, waited .* \| met \|", output);
        Assert.Matches(@"(?m)^\| scan-window-float32 \| [0-9.]+ s \|", output);
        var (_, _, unknown) = await Run("--device", "cpu", "--only", "nothing");
        foreach (var method in (string[])["vnet", "vnet-sdm", "sassnet", "ua-mt", "sassnet-mt", "bcp"])
            Assert.Contains($"iteration-{method}-bfloat16", unknown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_wrong_use()
    {
        var (exit, output, errors) = await Run("--device", "cuda:99");
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("'cuda:99'", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void RecordNonsense()
    {
        using var scope = NewDisposeScope();
        using var network = new VNet(4);
        var weights = network.state_dict().Select(pair => KeyValuePair.Create("weights." + pair.Key, pair.Value.detach()));
        var outputs = ((string[])["input", "sdm", "logits"]).Select(name => KeyValuePair.Create(name, ones([1, 1, 16, 16, 16])));
        SafetensorsWriter.Write(Path.Combine(_folder, "vnet_sdm.safetensors"), [.. weights, .. outputs], null);
    }

    private static async Task<(int Exit, string Output, string Errors)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Sassnet.GpuProof"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
