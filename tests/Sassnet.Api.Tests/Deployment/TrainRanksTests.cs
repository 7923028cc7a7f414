using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>
/// <c>docker/train-ranks</c>, with a stand-in for mpirun, which treats signals as Open MPI's does: SIGUSR1 goes on to the ranks, SIGTERM kills
/// them.
/// </summary>
public sealed class TrainRanksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-ranks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_pod_that_is_ended_tells_the_ranks_and_ends_with_their_code()
    {
        // Where the script waited for the ranks while signals came, a third of the rounds ended with another code.
        for (var round = 0; round < 5; round++)
        {
            using var ranks = Start("trap 'trap \"\" USR1; exit 75' USR1; echo runs; while true; do sleep 0.01; done");
            await ranks.ReadUntilAsync("runs", TestContext.Current.CancellationToken);

            // Again and again, so that one of them comes at the moment at which the ranks end.
            var exit = ranks.ExitAsync(TestContext.Current.CancellationToken);
            while (!exit.IsCompleted)
            {
                ranks.Terminate();
                Thread.Yield();
            }

            Assert.Equal(75, await exit);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(75)]
    [InlineData(137)]
    public async Task The_ranks_own_end_is_passed_on(int code)
    {
        const string Arguments = "--bind-to none dotnet /app/Sassnet.Training.dll train --resume";
        using var ranks = Start($$"""[[ "$*" == '{{Arguments}}' ]] && exit {{code}}; exit 99""");

        Assert.Equal(code, await ranks.ExitAsync(TestContext.Current.CancellationToken));
    }

    private BashProcess Start(string mpirun)
    {
        var program = Path.Combine(_folder, "mpirun");
        File.WriteAllText(program, $"#!/bin/bash\n{mpirun}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new BashProcess(
            [Path.Combine(RepositoryFiles.Root, "docker", "train-ranks"), "train", "--resume"],
            ("PATH", $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}"));
    }
}
