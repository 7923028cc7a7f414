using System.Collections;

namespace Sassnet.Training.Importing;

/// <summary>A class or function that a pickle names.</summary>
/// <param name="Module">Its module.</param>
/// <param name="Name">Its name there.</param>
internal sealed record PickledClass(string Module, string Name)
{
    /// <summary>Both, as Python writes them.</summary>
    public string FullName => $"{Module}.{Name}";
}

/// <summary>An object of a class that is not known here: the items that it has if the class is a dictionary, and nothing else of it.</summary>
/// <param name="className">The class, or the function that gave the object.</param>
internal sealed class PickledObject(string className) : Hashtable
{
    /// <summary>The class, or the function that gave the object.</summary>
    public string ClassName => className;
}
