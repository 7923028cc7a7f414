using Sassnet.Tests;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary><c>scripts/prerequisites.sh</c> on systems other than the one that the tests run on.</summary>
public sealed class PrerequisitesTests : IDisposable
{
    private const string Everything = "libstdc++.so.6 libgcc_s.so.1 libssl.so.3 libicuuc.so.72 libdeflate.so.0 libisal.so.2";
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-prerequisites-").FullName;

    // What the script needs of a system, and no package manager.
    public PrerequisitesTests()
    {
        foreach (var program in (string[])["bash", "uname", "dirname", "readlink", "sed", "cut", "paste"])
        {
            var target = ((string[])["/usr/bin", "/bin"]).Select(folder => Path.Combine(folder, program)).First(File.Exists);
            File.CreateSymbolicLink(Path.Combine(_folder, program), target);
        }

        ShellProcess.WriteScript(Path.Combine(_folder, "dotnet"), "");
    }

    [Fact]
    public async Task Libraries_that_are_not_found_are_a_warning_where_there_is_no_apt_get()
    {
        var (exitCode, output, errors) = await Source("", "");
        Assert.True(exitCode == 0, errors);
        Assert.Equal("went on\n", output);
        Assert.Contains("warning: not found, and not looked for further, since this system has no apt-get: what Debian calls libstdc++6 libgcc-s1 openssl", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Libraries_that_apt_get_cannot_install_end_it()
    {
        foreach (var program in (string[])["apt-get", "sudo"])
            ShellProcess.WriteScript(Path.Combine(_folder, program), "exit 1");
        var (exitCode, output, errors) = await Source("", "");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("error: missing system packages: libstdc++6 libgcc-s1 openssl", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/ssl/certs/ca-certificates.crt", false)]
    [InlineData("/etc/pki/tls/certs/ca-bundle.crt", false)]
    [InlineData("/etc/ssl/ca-bundle.pem", false)]
    [InlineData("/etc/ssl/cert.pem", false)]
    [InlineData("/etc/somewhere/else.pem", false, "SSL_CERT_FILE")]
    [InlineData("/etc/somewhere/else.pem", false, "SSL_CERT_DIR")]
    [InlineData("/etc/somewhere/else.pem", true)]
    public async Task Certificates_are_looked_for_where_each_family_of_distributions_and_OpenSSLs_variables_have_them(string file, bool isMissing, string variable = "UNUSED")
    {
        const string empty = "mount -t tmpfs none /etc";
        var (refused, _, _) = await ShellProcess.Run(_folder, new Dictionary<string, string>(), "unshare", ["--mount", "bash", "-c", empty], TestContext.Current.CancellationToken);
        Assert.SkipWhen(refused != 0, "needs a file system of its own, which takes root");
        var (exitCode, output, errors) = await Source($"{empty}; mkdir -p {Path.GetDirectoryName(file)}; : > {file}; export {variable}={file}", Everything, "unshare", "--mount");
        Assert.True(exitCode == 0, errors);
        Assert.Equal("went on\n", output);
        Assert.Equal(isMissing, errors.Contains("ca-certificates", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A function that is called as a program's path stands before the program.
    private Task<(int ExitCode, string Output, string Errors)> Source(string before, string libraries, params string[] launcher)
    {
        string[] command =
        [
            .. launcher, "bash", "-c", $"{(before.Length > 0 ? before : ":")}\nPATH={_folder}\n/sbin/ldconfig() {{ echo '{libraries}'; }}\nsource scripts/prerequisites.sh\necho went on",
        ];
        var environment = new Dictionary<string, string> { ["SSL_CERT_FILE"] = "", ["SSL_CERT_DIR"] = "", ["HOME"] = _folder, ["DOTNET_ROOT"] = "" };
        return ShellProcess.Run(RepositoryFiles.Root, environment, command[0], command[1..], TestContext.Current.CancellationToken);
    }
}
