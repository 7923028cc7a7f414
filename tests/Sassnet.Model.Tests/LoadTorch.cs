using System.Runtime.CompilerServices;
using Sassnet.Model.Native;

namespace Sassnet.Tests;

/// <summary>A test executable is a program of its own: it loads the natives before any test touches TorchSharp.</summary>
internal static class LoadTorch
{
    [ModuleInitializer]
    internal static void Now() => TorchRuntime.Load();
}
