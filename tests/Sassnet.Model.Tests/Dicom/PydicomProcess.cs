using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>
/// Runs scripts with pydicom. To import it takes most of what one takes, so one process imports it for all, and each script runs in a copy of that process, which has
/// nothing of the scripts before it.
/// </summary>
internal static class PydicomProcess
{
    private const string Package = "/usr/lib/python3/dist-packages/pydicom";

    // A line for each script, which tells it, its arguments, and the files for what it prints and what is wrong with it; answered by its exit code.
    private const string Copies = """
        import json, os, sys, traceback
        import pydicom
        try:
            import numpy
        except ImportError:
            pass
        for line in sys.stdin:
            told = json.loads(line)
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    for number, path in ((1, told["output"]), (2, told["errors"])):
                        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
                    sys.argv = ["script", *told["arguments"]]
                    exec(compile(told["script"], "script", "exec"), {"__name__": "__main__"})
                    code = 0
                except SystemExit as end:
                    code = end.code if isinstance(end.code, int) else int(end.code is not None)
                except BaseException:
                    traceback.print_exc()
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()
                    os._exit(code)
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        """;

    private static readonly Lock Turn = new();
    private static readonly Lazy<Process> Imported = new(Start);

    /// <summary>Whether it is installed; a test without it is skipped.</summary>
    public static void Require() => Assert.SkipUnless(Directory.Exists(Package), "needs the package python3-pydicom, which is not installed");

    /// <summary>Runs a script to its end; the test fails where the script does, and is skipped where there is no pydicom.</summary>
    /// <param name="script">Its text.</param>
    /// <param name="arguments">What it finds in <c>sys.argv</c> behind its own name.</param>
    /// <returns>What it wrote to its output.</returns>
    public static string Run(string script, params IReadOnlyList<string> arguments)
    {
        Require();
        var folder = Directory.CreateTempSubdirectory("sassnet-pydicom-");
        try
        {
            var (output, errors) = (Path.Combine(folder.FullName, "output"), Path.Combine(folder.FullName, "errors"));
            var line = JsonSerializer.Serialize(new { script, arguments, output, errors });
            string? code;
            lock (Turn)
            {
                Imported.Value.StandardInput.WriteLine(line);
                code = Imported.Value.StandardOutput.ReadLine();
            }

            Assert.True(code == "0", $"The script ended with {code ?? "the process"}: {(File.Exists(errors) ? File.ReadAllText(errors) : "")}");
            return File.ReadAllText(output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // It ends with this process, whose end closes its input.
    private static Process Start() => Process.Start(new ProcessStartInfo(Tools.Require("python3"), ["-W", "ignore", "-c", Copies])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,

        // A copy has none of the threads that this would start.
        Environment = { ["OPENBLAS_NUM_THREADS"] = "1" },
    })!;
}
