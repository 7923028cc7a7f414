using System.Diagnostics;
using System.Net;
using Sassnet.Api.Access;
using Sassnet.Api.Configuration;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Access;

public sealed class KeyFileTests(LockedService locked) : IClassFixture<LockedService>
{
    [Fact]
    public async Task Keys_come_and_go_without_a_restart()
    {
        var key = locked.Key("models");
        await AssertAsync(HttpStatusCode.OK, key);
        locked.Revoke(key);
        await AssertAsync(HttpStatusCode.Unauthorized, key);
        await AssertAsync(HttpStatusCode.OK, locked.Key("models"));
    }

    [Fact]
    public async Task A_file_that_is_damaged_or_gone_lets_nobody_in_until_it_is_whole_again()
    {
        var key = locked.Key("models");
        var bytes = await File.ReadAllBytesAsync(locked.File.Path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(locked.File.Path, bytes[..^20], TestContext.Current.CancellationToken);
        await AssertAsync(HttpStatusCode.Unauthorized, key);
        Assert.Contains(locked.Service.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("is damaged", StringComparison.Ordinal));
        File.Delete(locked.File.Path);
        await AssertAsync(HttpStatusCode.Unauthorized, key);
        await AssertAsync(HttpStatusCode.Unauthorized, null);
        await File.WriteAllBytesAsync(locked.File.Path, bytes, TestContext.Current.CancellationToken);
        await AssertAsync(HttpStatusCode.OK, key);

        // The service keeps the mode that a file has, and this one was made again by hand.
        File.SetUnixFileMode(locked.File.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Only_a_hash_of_the_secret_is_stored_and_only_its_owner_reads_the_file()
    {
        var key = locked.Key("models");
        Assert.DoesNotContain(key[^64..], File.ReadAllText(locked.File.Path), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(locked.File.Path));
    }

    [Fact]
    public void A_mode_that_was_set_stays()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(locked.File.Path, mode);
        locked.Key("models");
        Assert.Equal(mode, File.GetUnixFileMode(locked.File.Path));
        File.SetUnixFileMode(locked.File.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Keys_that_root_changes_stay_the_users_whom_the_service_runs_as()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("Only root may give a file to another user.");
        var folder = Directory.CreateTempSubdirectory("sassnet-keys-");
        try
        {
            var path = Path.Combine(folder.FullName, "keys.json");
            (string, string) setting = ("Sassnet__Access__KeyFile", path);
            await RunAsync(["keys", "create", "--name", "first", "--scopes", "segment"], setting);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            await OwnerAsync("chown", "1654:1655", path);

            await RunAsync(["keys", "create", "--name", "second", "--scopes", "segment"], setting);
            await RunAsync(["keys", "revoke", new KeyFile(path).Read()[0].Id], setting);
            Assert.Equal("1654:1655 440", await OwnerAsync("stat", "--format=%u:%g %a", path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static async Task RunAsync(string[] arguments, (string, string) setting)
        {
            var (exit, _, error) = await ServiceCommand.RunAsync(arguments, setting);
            Assert.True(exit == 0, error);
        }

        static async Task<string> OwnerAsync(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
            return output.Trim();
        }
    }

    [Fact]
    public async Task Many_who_make_keys_at_once_lose_none()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => locked.Key("models"))));
        Assert.Empty(keys.Select(ApiKey.IdIn).Except(locked.File.Read().Select(key => key.Id)));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("{\"keys\": [null]}")]
    [InlineData("{\"keys\": [], \"scopes\": []}")]
    [InlineData("{\"keys\": [{\"id\": \"1\", \"name\": \"x\", \"scopes\": [\"models\"], \"sha256\": \"00\", \"created\": \"2026-01-01T00:00:00Z\"}]}")]
    [InlineData("{\"keys\": [{\"id\": \"0123456789ab\", \"name\": \"x\", \"scopes\": [\"all\"], \"sha256\": \"0000000000000000000000000000000000000000000000000000000000000000\", \"created\": \"2026-01-01T00:00:00Z\"}]}")]
    public void What_is_no_key_file_is_refused_by_name(string text)
    {
        var failure = Assert.Throws<StartException>(() => locked.File.Keys(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.Contains($"{locked.File.Path} is damaged", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_key_locks_a_service_that_is_open()
    {
        var file = new KeyFile("keys.json");
        Assert.False(File.Exists(file.Path), $"{file.Path} is in the way of this test");
        await using var service = await TestService.StartAsync();
        using var open = await service.Client.GetAsync("/models", TestContext.Current.CancellationToken);
        try
        {
            file.Change(keys => [.. keys, ApiKey.Make("first", [Scope.Models], DateTimeOffset.UtcNow, null).Key]);
            using var shut = await service.Client.GetAsync("/models", TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (open.StatusCode, shut.StatusCode));
        }
        finally
        {
            File.Delete(file.Path);
            File.Delete(file.Path + ".lock");
        }
    }

    private async Task AssertAsync(HttpStatusCode expected, string? key)
    {
        using var response = await locked.GetAsync("/models", key);
        Assert.Equal(expected, response.StatusCode);
    }
}
